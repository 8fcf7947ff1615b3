using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace NlinkFs.Packaging;

/// <summary>What the binary is made of, as SPDX 2.3.</summary>
internal static class BillOfMaterials
{
    private const string Program = "SPDXRef-nlinkfs";
    private const string Unknown = "NOASSERTION";

    private static readonly JsonSerializerOptions s_readable = new() { WriteIndented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes it.</summary>
    /// <param name="file">Where to.</param>
    /// <param name="packages">What is linked in.</param>
    /// <param name="version">Version and commit.</param>
    /// <param name="runtime">Such as linux-x64.</param>
    /// <param name="date">The commit's, so that it is the same each time.</param>
    internal static void Write(string file, IReadOnlyList<RestoredPackage> packages, string version, string runtime, DateTimeOffset date)
    {
        string name = $"nlinkfs-{version}-{runtime}";
        JsonObject document = new()
        {
            ["spdxVersion"] = "SPDX-2.3",
            ["dataLicense"] = "CC0-1.0",
            ["SPDXID"] = "SPDXRef-DOCUMENT",
            ["name"] = name,
            ["documentNamespace"] = $"https://spdx.org/spdxdocs/{name}",
            ["creationInfo"] = new JsonObject
            {
                ["created"] = date.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture),
                ["creators"] = new JsonArray("Tool: NlinkFs.Packaging"),
            },
            ["packages"] = new JsonArray([Package(Program, "nlinkfs", version, "MIT", "The NlinkFs authors"), .. packages.Select(Package)]),
            ["relationships"] = new JsonArray(
                [Relation("SPDXRef-DOCUMENT", "DESCRIBES", Program),
                .. packages.Select(package => Relation(Program, "STATIC_LINK", IdOf(package.Name))),
                .. packages.SelectMany(package => package.Dependencies.Select(need => Relation(IdOf(package.Name), "DEPENDS_ON", IdOf(need))))]),
        };
        File.WriteAllText(file, $"{document.ToJsonString(s_readable)}\n");
    }

    private static JsonObject Package(RestoredPackage package)
    {
        JsonObject described = Package(IdOf(package.Name), package.Name, package.Version, package.License, package.Copyright);
        described["checksums"] = new JsonArray(new JsonObject { ["algorithm"] = "SHA512", ["checksumValue"] = package.Sha512 });
        described["externalRefs"] = new JsonArray(new JsonObject
        {
            ["referenceCategory"] = "PACKAGE-MANAGER",
            ["referenceType"] = "purl",
            ["referenceLocator"] = $"pkg:nuget/{package.Name}@{package.Version}",
        });
        return described;
    }

    private static JsonObject Package(string id, string name, string version, string license, string copyright) => new()
    {
        ["SPDXID"] = id,
        ["name"] = name,
        ["versionInfo"] = version,
        ["downloadLocation"] = Unknown,
        ["filesAnalyzed"] = false,
        ["licenseConcluded"] = license.Length > 0 ? license : Unknown,
        ["licenseDeclared"] = license.Length > 0 ? license : Unknown,
        ["copyrightText"] = copyright.Length > 0 ? copyright : Unknown,
    };

    private static JsonObject Relation(string from, string type, string to) =>
        new JsonObject { ["spdxElementId"] = from, ["relationshipType"] = type, ["relatedSpdxElement"] = to };

    private static string IdOf(string name) => $"SPDXRef-nuget-{name}";
}

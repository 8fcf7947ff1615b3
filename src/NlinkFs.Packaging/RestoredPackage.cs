using System.Text.Json;
using System.Xml.Linq;

namespace NlinkFs.Packaging;

/// <summary>A NuGet package of which something is in the binary, as it was restored.</summary>
/// <param name="Name">Its id.</param>
/// <param name="Version">Its version.</param>
/// <param name="Sha512">The hash of the package file, hexadecimal.</param>
/// <param name="License">An SPDX expression.</param>
/// <param name="Copyright">As the package states it; empty when it does not.</param>
/// <param name="Folder">Where it is unpacked.</param>
/// <param name="Dependencies">Ids of others that it needs.</param>
internal sealed record RestoredPackage(string Name, string Version, string Sha512, string License, string Copyright, string Folder, IReadOnlyList<string> Dependencies)
{
    /// <summary>
    /// The libraries that the project's restore chose for a runtime, and the packs that hold .NET's own libraries and native code. What only
    /// runs during the build (the compiler, analyzers) is left out.
    /// </summary>
    /// <param name="assetsFile">project.assets.json.</param>
    /// <param name="runtime">Such as linux-x64.</param>
    internal static IReadOnlyList<RestoredPackage> LinkedInto(string assetsFile, string runtime)
    {
        using JsonDocument assets = JsonDocument.Parse(File.ReadAllBytes(assetsFile));
        string[] folders = [.. assets.RootElement.GetProperty("packageFolders").EnumerateObject().Select(folder => folder.Name)];
        JsonProperty target = assets.RootElement.GetProperty("targets").EnumerateObject().Single(one => one.Name.EndsWith($"/{runtime}", StringComparison.Ordinal));
        JsonProperty framework = assets.RootElement.GetProperty("project").GetProperty("frameworks").EnumerateObject().Single();

        IEnumerable<(string Name, string Version, string[] Needs)> libraries = target.Value.EnumerateObject()
            .Where(library => library.Value.GetProperty("type").GetString() == "package" && library.Value.TryGetProperty("runtime", out _))
            .Select(library => (library.Name.Split('/')[0], library.Name.Split('/')[1], Needs(library.Value)));
        IEnumerable<(string Name, string Version, string[] Needs)> packs = framework.Value.GetProperty("downloadDependencies").EnumerateArray()
            .Select(pack => (Name: pack.GetProperty("name").GetString()!, Version: pack.GetProperty("version").GetString()!.Trim('[', ']').Split(',')[0], Needs: Array.Empty<string>()))
            .Where(pack => IsLinked(pack.Name));
        return [.. libraries.Concat(packs).Select(one => Read(folders, one.Name, one.Version, one.Needs)).OrderBy(one => one.Name, StringComparer.OrdinalIgnoreCase)];
    }

    /// <summary>A native binary is made of the NativeAOT pack and of the runtime that comes with its compiler.</summary>
    private static bool IsLinked(string pack) =>
        pack.Contains(".Runtime.NativeAOT.", StringComparison.OrdinalIgnoreCase) || pack.EndsWith(".Microsoft.DotNet.ILCompiler", StringComparison.OrdinalIgnoreCase);

    private static string[] Needs(JsonElement library) =>
        library.TryGetProperty("dependencies", out JsonElement needs) ? [.. needs.EnumerateObject().Select(need => need.Name)] : [];

    private static RestoredPackage Read(string[] folders, string name, string version, string[] needs)
    {
        string id = name.ToLowerInvariant();
        string folder = folders.Select(root => Path.Combine(root, id, version)).First(Directory.Exists);
        XElement metadata = XDocument.Load(Path.Combine(folder, $"{id}.nuspec")).Root!.Elements().Single(element => element.Name.LocalName == "metadata");
        string Of(string element) => metadata.Elements().FirstOrDefault(one => one.Name.LocalName == element)?.Value.Trim() ?? "";
        byte[] hash = Convert.FromBase64String(File.ReadAllText(Path.Combine(folder, $"{id}.{version}.nupkg.sha512")).Trim());
        return new RestoredPackage(name, version, Convert.ToHexStringLower(hash), Of("license"), Of("copyright"), folder, needs);
    }
}

using System.Globalization;
using System.Reflection;
using NlinkFs.Packaging;

// Writes what a package holds besides the program, all of it derived from the program itself or from what it was restored from:
// man pages, completions, the bill of materials and the notices of what is linked in.
if (args is not [string output, string assets, string runtime])
{
    Console.Error.WriteLine("usage: NlinkFs.Packaging OUTDIR PROJECT.ASSETS.JSON RUNTIME-ID, with SOURCE_DATE_EPOCH set");
    return 1;
}

string version = typeof(NlinkFs.CommandLine).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;
DateTimeOffset date = DateTimeOffset.FromUnixTimeSeconds(
    long.Parse(Environment.GetEnvironmentVariable("SOURCE_DATE_EPOCH") ?? "0", CultureInfo.InvariantCulture));

ManualPage.WriteAll(Directory.CreateDirectory(Path.Combine(output, "man")).FullName, version.Split('+')[0], date);
Completions.WriteAll(Directory.CreateDirectory(Path.Combine(output, "completions")).FullName);
IReadOnlyList<RestoredPackage> packages = RestoredPackage.LinkedInto(assets, runtime);
BillOfMaterials.Write(Path.Combine(output, "nlinkfs.spdx.json"), packages, version, runtime, date);
Notices.Write(Path.Combine(output, "THIRD-PARTY-NOTICES"), packages);
return 0;

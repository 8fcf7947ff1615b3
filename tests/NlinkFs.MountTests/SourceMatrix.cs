using NlinkFs.Testing;
using Xunit;

namespace NlinkFs.MountTests;

/// <summary>The sources every end-to-end test runs against.</summary>
internal static class SourceMatrix
{
    public static TheoryData<SourceKind> Both => [SourceKind.CSharp, SourceKind.Go];
}

using Xunit;

namespace NlinkFs.ManifestTests;

/// <summary>The bases heed every lesson, and each lesson's rule notices who does not.</summary>
public sealed class RuleTests
{
    public static TheoryData<string, string> ShippedCases => [.. from name in Manifest.Bases from rule in Rules.All select (name, rule.Name)];

    public static TheoryData<string> BrokenCases => [.. Broken.All.Select(broken => broken.ToString())];

    [Theory]
    [MemberData(nameof(ShippedCases))]
    public void AShippedBaseKeepsTheRule(string name, string rule) =>
        Assert.Empty(Rules.All.Single(r => r.Name == rule).Violations(Manifest.Shipped(name)));

    [Theory]
    [MemberData(nameof(BrokenCases))]
    public void ABrokenManifestIsNoticed(string name)
    {
        Broken broken = Broken.All.Single(b => b.ToString() == name);

        Assert.NotEmpty(Rules.All.Single(r => r.Name == broken.Rule).Violations(broken.Manifest()));
    }

    [Fact]
    public void EveryRuleHasBeenBroken() => Assert.Equal(
        Rules.All.Select(rule => rule.Name).Order(),
        Broken.All.Select(broken => broken.Rule).Distinct().Order());
}

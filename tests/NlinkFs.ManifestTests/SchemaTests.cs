using Xunit;
using YamlDotNet.Core;

namespace NlinkFs.ManifestTests;

/// <summary>What is shipped is what Kubernetes' own types allow.</summary>
public sealed class SchemaTests
{
    [Theory]
    [InlineData("share", "ConfigMap Deployment PersistentVolumeClaim Service Service")]
    [InlineData("mounter", "ConfigMap ConfigMap DaemonSet")]
    [InlineData("direct", "Deployment PersistentVolumeClaim Service")]
    [InlineData("consumers", "Deployment Deployment Deployment PersistentVolumeClaim PersistentVolumeClaim PersistentVolumeClaim Service Service Service")]
    public void ABaseRendersToTheseKinds(string name, string kinds) =>
        Assert.Equal(kinds.Split(' '), Manifest.Shipped(name).Objects.Select(o => o.Kind).Order(StringComparer.Ordinal));

    [Theory]
    [InlineData("mountPropagation:", "mountPropogation:")]
    [InlineData("replicas: 1", "replicas: one")]
    [InlineData("automountServiceAccountToken:", "automountServiceAccount:")]
    public void AMistakenFieldIsAnError(string right, string wrong)
    {
        string yaml = Manifest.Shipped("share").Yaml;
        Assert.Contains(right, yaml, StringComparison.Ordinal);

        _ = Assert.ThrowsAny<YamlException>(() => Manifest.Parse(yaml.Replace(right, wrong, StringComparison.Ordinal)));
    }
}

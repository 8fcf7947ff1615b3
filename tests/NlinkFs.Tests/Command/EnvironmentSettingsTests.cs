using NlinkFs.Configuration;
using Xunit;

namespace NlinkFs.Tests.Command;

/// <summary>What in the environment is a setting, and what only looks like one.</summary>
public sealed class EnvironmentSettingsTests
{
    [Theory]
    [InlineData("NLINKFS_SERVICE_HOST")]
    [InlineData("NLINKFS_SERVICE_PORT")]
    [InlineData("NLINKFS_SERVICE_PORT_SMB")]
    [InlineData("NLINKFS_SMB_SERVICE_HOST")]
    [InlineData("NLINKFS_PORT")]
    [InlineData("NLINKFS_PORT_445_TCP")]
    [InlineData("NLINKFS_PORT_445_TCP_ADDR")]
    [InlineData("NLINKFS_SMB_PORT_445_TCP_PROTO")]
    public void WhatKubernetesTellsOfAServiceIsNone(string variable) => Assert.True(EnvironmentSettings.IsOfKubernetes(variable));

    [Theory]
    [InlineData("NLINKFS_SOURCE", "source")]
    [InlineData("NLINKFS_ENTRY_TIMEOUT", "entry-timeout")]
    [InlineData("NLINKFS_SOURCE_TYPE", "source-type")]
    [InlineData("NLINKFS_METRICS", "metrics")]
    public void OptionsAreNamedInCapitals(string variable, string name)
    {
        Assert.Equal(variable, EnvironmentSettings.VariableOf(name));
        Assert.False(EnvironmentSettings.IsOfKubernetes(variable));
    }
}

using NlinkFs.Linux;
using NlinkFs.Mirror;
using Xunit;

namespace NlinkFs.Tests.Mirror;

public sealed class SourceErrorsTests
{
    [Theory]
    [InlineData(107, 5)] // ENOTCONN: servers call it "permission denied"
    [InlineData(103, 5)] // ECONNABORTED
    [InlineData(110, 5)] // ETIMEDOUT: clients retry for ever
    [InlineData(112, 5)] // EHOSTDOWN
    [InlineData(38, 95)] // ENOSYS would switch the operation off for the whole mount
    [InlineData(2, 2)]
    [InlineData(13, 13)]
    [InlineData(0, 0)]
    public void ErrorsOfASourceBecomeWhatServersUnderstand(int source, int told) =>
        Assert.Equal(new Errno(told), SourceErrors.ToCaller(SourceErrors.ToKernel(new Errno(source))));
}

using NlinkFs.Mirror;
using Xunit;

namespace NlinkFs.Tests.Mirror;

public sealed class LookupCountTests
{
    [Fact]
    public void WhatWasAddedIsForgottenAndNoMore()
    {
        LookupCount count = new(1);
        count.Add();
        count.Forget(1);
        Assert.False(count.IsZero);
        count.Forget(ulong.MaxValue);
        Assert.True(count.IsZero);
    }

    [Fact]
    public void WhatCannotBeCountedIsNeverForgotten()
    {
        LookupCount count = new(uint.MaxValue - 1);
        count.Add();
        count.Add();
        count.Forget(ulong.MaxValue);
        Assert.False(count.IsZero);
    }
}

using Xunit;

namespace NlinkFs.MountTests;

/// <summary>Tests that nothing else may run beside, since they do something to the whole machine.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;

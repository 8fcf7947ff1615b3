using NlinkFs.Protocol;

namespace NlinkFs.Mirror;

/// <summary>The directories held open for the kernel, by handle.</summary>
internal sealed class ListingTable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<FileHandleId, DirectoryListing> _listings = []; // guarded by _lock
    private ulong _last; // guarded by _lock

    internal FileHandleId Add(DirectoryListing listing)
    {
        lock (_lock)
        {
            FileHandleId handle = new(++_last);
            _listings.Add(handle, listing);
            return handle;
        }
    }

    internal DirectoryListing? Find(FileHandleId handle)
    {
        lock (_lock)
        {
            return _listings.GetValueOrDefault(handle);
        }
    }

    internal DirectoryListing? Remove(FileHandleId handle)
    {
        lock (_lock)
        {
            return _listings.Remove(handle, out DirectoryListing? listing) ? listing : null;
        }
    }
}

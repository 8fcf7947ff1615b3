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

    /// <summary>Keeps nothing open of this generation of the source.</summary>
    internal void LetGo(int generation)
    {
        lock (_lock)
        {
            foreach (DirectoryListing listing in _listings.Values)
            {
                listing.LetGo(generation);
            }
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

using System.Buffers.Binary;
using NlinkFs.Mirror;
using Xunit;

namespace NlinkFs.Tests.Mirror;

public sealed class DirectorySnapshotTests
{
    [Fact]
    public void WhatAWalkHasOvertakenIsNotFetched()
    {
        DirectorySnapshot snapshot = Of(100);
        _ = snapshot.Walk("f5"u8, 10, out _, out _);
        Assert.Null(snapshot.Take(5));
        Assert.False(snapshot.TryBegin(4, out _));
        Assert.False(snapshot.TryBegin(5, out _));
        Assert.True(snapshot.TryBegin(6, out _));
        Assert.False(snapshot.TryBegin(6, out _));
    }

    [Fact]
    public void AWalkThatBeginsAgainIsFetchedForAgain()
    {
        DirectorySnapshot snapshot = Of(100);
        _ = snapshot.Walk("f90"u8, 10, out _, out _);
        Assert.Null(snapshot.Take(90));
        _ = snapshot.Walk("f0"u8, 10, out _, out _);
        Assert.True(snapshot.TryBegin(1, out _));
    }

    private static DirectorySnapshot Of(int entries)
    {
        DirectorySnapshot snapshot = new();
        for (int i = 0; i < entries; i++)
        {
            // struct linux_dirent64: d_ino, d_off, d_reclen, d_type, d_name
            byte[] record = new byte[24];
            BinaryPrimitives.WriteUInt64LittleEndian(record, (ulong)i + 2);
            BinaryPrimitives.WriteUInt16LittleEndian(record.AsSpan(16), 24);
            record[18] = 8;
            _ = System.Text.Encoding.ASCII.GetBytes($"f{i}", record.AsSpan(19));
            snapshot.Append(record);
        }

        snapshot.Append([]);
        return snapshot;
    }
}

namespace Inventory.Journal.Files;

/// <summary>What recovery does at a place in the log.</summary>
internal enum Repair
{
    /// <summary>Take the record and go on.</summary>
    Accept,

    /// <summary>The log ends here.</summary>
    End,

    /// <summary>A write was torn here, and nobody was told of it: cut it off, and all behind it.</summary>
    Cut,

    /// <summary>Something that somebody may have been told of is damaged or missing: a person must look.</summary>
    Refuse,
}

/// <summary>What stands at a place in the log.</summary>
internal enum Found
{
    /// <summary>A whole record, or a whole head of a segment, that continues the sequence.</summary>
    Next,

    /// <summary>A whole one with another sequence.</summary>
    OtherSequence,

    /// <summary>Bytes that are no whole one.</summary>
    Broken,

    /// <summary>Nothing: zeros to the end of the file, and no segment follows.</summary>
    Nothing,
}

/// <summary>How recovery judges, as a table: each combination has exactly one row.</summary>
internal static class RecoveryTable
{
    /// <summary>The rows.</summary>
    public static readonly (Found Found, bool WasSynced, Repair Repair)[] Rows =
    [
        (Found.Next,          true,  Repair.Accept),
        (Found.Next,          false, Repair.Accept), // whole, though perhaps nobody was told: to keep it is allowed, and a retry finds it
        (Found.Nothing,       false, Repair.End),
        (Found.Nothing,       true,  Repair.Refuse), // a record is missing that was on the medium
        (Found.Broken,        false, Repair.Cut),    // the torn tail of a batch whose sync never returned
        (Found.Broken,        true,  Repair.Refuse), // damage
        (Found.OtherSequence, false, Repair.Cut),    // a later page of a torn batch survived an earlier one
        (Found.OtherSequence, true,  Repair.Refuse), // a gap in what was synced
    ];

    /// <param name="found">What stands there.</param>
    /// <param name="wasSynced">True if the record that belongs there was on the medium, as the watermarks prove.</param>
    public static Repair Judge(Found found, bool wasSynced)
    {
        foreach (var row in Rows)
        {
            if (row.Found == found && row.WasSynced == wasSynced)
            {
                return row.Repair;
            }
        }

        throw new InvalidOperationException($"No row for {found}, {wasSynced}.");
    }
}

using Inventory.Domain.Stocks;
using Inventory.Grpc.Errors;
using ProtoCondition = Inventory.V1.Condition;
using ProtoReason = Inventory.V1.AdjustReason;

namespace Inventory.Grpc.Mapping;

/// <summary>Conditions and reasons, from the protos and back.</summary>
internal static class Conditions
{
    /// <summary>A condition; unspecified means sellable.</summary>
    public static Condition Read(ProtoCondition condition, string field, ref Violations violations)
    {
        switch (condition)
        {
            case ProtoCondition.Unspecified or ProtoCondition.Sellable:
                return Condition.Sellable;
            case ProtoCondition.Damaged:
                return Condition.Damaged;
            case ProtoCondition.Quarantine:
                return Condition.Quarantine;
            case ProtoCondition.Display:
                return Condition.Display;
            default:
                violations.Add(field, "must be sellable, damaged, quarantine or display; unspecified means sellable.");
                return Condition.Sellable;
        }
    }

    /// <summary>Why units were added or taken.</summary>
    public static AdjustReason Read(ProtoReason reason, string field, ref Violations violations)
    {
        switch (reason)
        {
            case ProtoReason.Damage:
                return AdjustReason.Damage;
            case ProtoReason.Shrink:
                return AdjustReason.Shrink;
            case ProtoReason.Found:
                return AdjustReason.Found;
            case ProtoReason.Expired:
                return AdjustReason.Expired;
            case ProtoReason.InternalUse:
                return AdjustReason.InternalUse;
            case ProtoReason.Correction:
                return AdjustReason.Correction;
            default:
                violations.Add(field, "must be damage, shrink, found, expired, internal use or correction.");
                return AdjustReason.None;
        }
    }
}

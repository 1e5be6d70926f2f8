using Google.Rpc;
using Grpc.Core;

namespace Inventory.Grpc.Errors;

/// <summary>Collects everything that is wrong with one request. The default value is empty and costs nothing while all is well.</summary>
internal struct Violations
{
    private BadRequest? _bad;

    /// <summary>True if something was wrong.</summary>
    public readonly bool Any => _bad is not null;

    /// <summary>Names a field, by its path as in the proto, and what would be right.</summary>
    public void Add(string field, string whatIsRight)
    {
        _bad ??= new BadRequest();
        if (_bad.FieldViolations.Count < Limits.ViolationsMax)
        {
            _bad.FieldViolations.Add(new BadRequest.Types.FieldViolation { Field = field,
                Description = Text.Cut(whatIsRight, Limits.ViolationCharsMax) });
        }
    }

    /// <summary>What was wrong, field by field.</summary>
    public readonly IEnumerable<BadRequest.Types.FieldViolation> Fields() => _bad?.FieldViolations ?? [];

    /// <summary>The status that tells the caller; only if there is <see cref="Any"/>.</summary>
    public readonly RichStatus Status() => RichStatus.Invalid(_bad!);

    /// <summary>Answers a unary call with what was wrong.</summary>
    public readonly T Answer<T>(ServerCallContext context)
        where T : class, new() => Status().Answer<T>(context);

    /// <summary>What was wrong in one line, for answers that carry it as data.</summary>
    public readonly string Line()
    {
        var line = "";
        foreach (var violation in _bad!.FieldViolations)
        {
            line = line.Length == 0 ? $"{violation.Field}: {violation.Description}" : $"{line}; {violation.Field}: {violation.Description}";
        }

        return Text.Cut(line, Limits.MessageCharsMax);
    }
}

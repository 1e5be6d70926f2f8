namespace Inventory.Grpc;

/// <summary>
/// What one request may carry, beside the limits of the domain. Each with its reason; the protos and docs/api.md state the same numbers.
/// </summary>
internal static class Limits
{
    /// <summary>
    /// Lines of one reservation: the coordinator asks each stock once, and a basket of 1,000 lines is a wholesale order already.
    /// </summary>
    public const int LinesMax = 1_000;

    /// <summary>Time to hold if none is given: what a checkout takes, paying included.</summary>
    public const long TtlMsDefault = 15L * 60 * 1000;

    /// <summary>
    /// Locations named in one availability query: more is a report, and the answer stays well under the default 4 MiB of a message.
    /// </summary>
    public const int LocationIdsMax = 1_000;

    /// <summary>SKUs in one batch query: a category page; each costs one board call.</summary>
    public const int SkusMax = 200;

    /// <summary>Answers of one batch query, all SKUs together: keeps the answer under the 4 MiB that clients accept by default.</summary>
    public const int BatchLocationsMax = 50_000;

    /// <summary>Farthest radius: half the circumference of the earth, rounded up.</summary>
    public const double RadiusMetresMax = 21_000_000;

    /// <summary>Radius if none is given: an hour's drive.</summary>
    public const double RadiusMetresDefault = 50_000;

    /// <summary>Places in one answer near a point: a map shows no more.</summary>
    public const int NearbyMax = 200;

    /// <summary>Places if no number is given: one screen of a phone.</summary>
    public const int NearbyDefault = 10;

    /// <summary>Items on a page: keeps a page of stocks under half a megabyte.</summary>
    public const int PageSizeMax = 1_000;

    /// <summary>Items on a page if no number is given.</summary>
    public const int PageSizeDefault = 100;

    /// <summary>Locations by which orders are chosen that are to be moved: a region's.</summary>
    public const int ImprovedLocationsMax = 50;

    /// <summary>Orders on a page: the largest have a hundred kilobytes, and a page should fit a message.</summary>
    public const int OrdersPageMax = 50;

    /// <summary>Orders on a page if no number is given.</summary>
    public const int OrdersPageDefault = 20;

    /// <summary>Characters of a caller's reference to a customer: a UUID or an e-mail's hash.</summary>
    public const int CustomerCharsMax = 64;

    /// <summary>Characters of a page token: the longest key is a reservation id of about 160 characters.</summary>
    public const int PageTokenCharsMax = 512;

    /// <summary>
    /// Reservations in one message of a stream: about 250 KB, so a message is worth its frame and a slow one does not starve others.
    /// </summary>
    public const int StreamReservationsMax = 4_096;

    /// <summary>Rows in one message of an import: about 500 KB.</summary>
    public const int ImportRowsMax = 10_000;

    /// <summary>Characters of an import's request id: leaves room for a suffix such as a part's number in the caller's books.</summary>
    public const int ImportRequestIdCharsMax = 48;

    /// <summary>Rows of one import: the id of a row is made of its place in 32 bits.</summary>
    public const long ImportRowsTotalMax = uint.MaxValue;

    /// <summary>Characters of the note that names the reservation of a return.</summary>
    public const int ReturnNoteCharsMax = 256;

    /// <summary>Characters of a location's name: fits a label.</summary>
    public const int DisplayNameCharsMax = 128;

    /// <summary>Characters of a postal code: the longest in use has 10.</summary>
    public const int PostalCodeCharsMax = 16;

    /// <summary>Characters of a town or region.</summary>
    public const int TownCharsMax = 64;

    /// <summary>Characters of a time zone's name: the longest in the IANA list has 32.</summary>
    public const int TimeZoneCharsMax = 64;

    /// <summary>Opening periods on one weekday: morning, noon, afternoon, night.</summary>
    public const int PeriodsPerDayMax = 4;

    /// <summary>Days with other hours: more than a year's holidays.</summary>
    public const int SpecialDaysMax = 64;

    /// <summary>Longest preparation: two weeks.</summary>
    public const long PreparationMsMax = 14L * 24 * 3600 * 1000;

    /// <summary>Years of a pop-up's dates: midnight in every time zone is a date that clocks can show.</summary>
    public const int YearMin = 2000;

    /// <summary>As <see cref="YearMin"/>.</summary>
    public const int YearMax = 2999;

    /// <summary>
    /// Field violations named in one answer: the status travels in the trailers, and 8 KiB of them is what many peers accept.
    /// </summary>
    public const int ViolationsMax = 20;

    /// <summary>Characters of one violation, for the same reason.</summary>
    public const int ViolationCharsMax = 200;

    /// <summary>Characters of a message for people in an answer.</summary>
    public const int MessageCharsMax = 512;

    private const byte ViolationsFitTheTrailers = ViolationsMax * ViolationCharsMax <= 4096 ? 0 : -1;
}

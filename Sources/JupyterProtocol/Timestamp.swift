import Glibc

/// Points in time as Jupyter writes them.
public enum Timestamp {
  /// The present, in UTC, with microseconds: `2026-11-21T09:41:00.123456Z`.
  public static func now() -> String {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return text(seconds: Int(time.tv_sec), microseconds: Int(time.tv_nsec) / 1000)
  }

  /// The time `seconds` after 1970-01-01T00:00:00Z; valid for years 1 to 9999.
  ///
  /// The date from the day number follows Hinnant's `civil_from_days`, with years that begin in
  /// March so that the leap day comes last (https://howardhinnant.github.io/date_algorithms.html).
  public static func text(seconds: Int, microseconds: Int) -> String {
    let days = seconds >= 0 ? seconds / 86_400 : (seconds - 86_399) / 86_400
    let second = seconds - days * 86_400
    let shifted = days + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    let day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
    let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    let date = "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))"
    let clock = [second / 3600, second / 60 % 60, second % 60].map { padded($0, 2) }
    return "\(date)T\(clock.joined(separator: ":")).\(padded(microseconds, 6))Z"
  }

  private static func padded(_ value: Int, _ width: Int) -> String {
    let digits = String(value)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }
}

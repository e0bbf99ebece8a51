extension MIMEBundle {
  /// Loops, those within others below them.
  init(progress loops: [ProgressBar.State]) {
    let page = loops.map(\.html).joined(separator: "\n")
    self.init(
      plain: loops.map(\.text).joined(separator: "\n"), ["text/html": .text(page)])
  }
}

extension ProgressBar.State {
  private static let width = 20

  /// The share that is done; `nil` if nobody knows.
  private var share: Double? { total.map { min(Double(done) / Double(max($0, 1)), 1) } }

  /// The line: `epoch 3/10 ██████░░░░░░░░░░░░░░ 30 % · 0:12 left · 4.2/s`.
  var text: String {
    let margin = String(repeating: "  ", count: depth)
    return margin + [count, share.map(Self.bar), facts].compactMap(\.self).joined(separator: " ")
  }

  /// The line with the front end's own bar.
  var html: String {
    let bar = share.map { share in
      "<progress value=\"\(Int(share * 1000))\" max=\"1000\" style=\"width:14em;"
        + "vertical-align:middle\"></progress> "
    }
    return "<div style=\"margin-left:\(depth * 2)em;font-variant-numeric:tabular-nums\">"
      + "\(bar ?? "")\(HTMLText.escaped(facts.isEmpty ? count : "\(count) · \(facts)"))</div>"
  }

  private var count: String {
    let steps = total.map { "\(done)/\($0)" } ?? "\(done)"
    return label.isEmpty ? steps : "\(label) \(steps)"
  }

  private static func bar(_ share: Double) -> String {
    let full = Int(share * Double(width))
    return String(repeating: "█", count: full) + String(repeating: "░", count: width - full)
  }

  private var facts: String {
    let percent = share.map { "\(Int($0 * 100)) %" }
    return [percent, time, rate].compactMap(\.self).joined(separator: " · ")
  }

  /// The time left, or how long it took.
  private var time: String? {
    switch end {
    case .finished: return "in \(ProgressTime.text(seconds))"
    case .stopped: return "stopped after \(ProgressTime.text(seconds))"
    case .interrupted: return "interrupted after \(ProgressTime.text(seconds))"
    case nil:
      guard done > 0 else { return nil }
      guard let total else { return ProgressTime.text(seconds) }
      let left = seconds / Double(done) * Double(total - done)
      return "\(ProgressTime.clock(left)) left"
    }
  }

  private var rate: String? {
    guard done > 0, seconds > 0 else { return nil }
    let rate = Double(done) / seconds
    return rate >= 1 ? "\(ProgressTime.short(rate))/s" : "\(ProgressTime.text(1 / rate)) each"
  }
}

/// Times and rates in few characters.
enum ProgressTime {
  /// A time: "0.3 s", "12 s", "1:05", "2:00:00".
  static func text(_ seconds: Double) -> String {
    if seconds < 9.95 { return "\(tenths(seconds)) s" }
    return seconds < 59.5 ? "\(Int(seconds.rounded())) s" : clock(seconds)
  }

  /// A time as clocks show it: "0:12", "1:05", "2:00:00".
  static func clock(_ seconds: Double) -> String {
    let whole = Int(min(max(seconds, 0), 1e9).rounded())
    let (hours, minutes) = (whole / 3600, whole / 60 % 60)
    return hours > 0
      ? "\(hours):\(twoDigits(minutes)):\(twoDigits(whole % 60))"
      : "\(minutes):\(twoDigits(whole % 60))"
  }

  /// A number with about three digits: "4.2", "123", "12.3 k", "4.5 M".
  static func short(_ number: Double) -> String {
    switch number {
    case ..<99.95: tenths(number)
    case ..<9999.5: "\(Int(number.rounded()))"
    case ..<999_950: "\(tenths(number / 1e3)) k"
    case ..<999_950_000: "\(tenths(number / 1e6)) M"
    default: "\(tenths(min(number / 1e9, 1e6))) G"
    }
  }

  private static func tenths(_ number: Double) -> String {
    let tenths = Int((max(number, 0) * 10).rounded())
    return "\(tenths / 10).\(tenths % 10)"
  }

  private static func twoDigits(_ number: Int) -> String {
    number < 10 ? "0\(number)" : "\(number)"
  }
}

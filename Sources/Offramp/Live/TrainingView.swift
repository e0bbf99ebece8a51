import Charts
import Display
import Training

/// A training as it is shown while it runs and when it is over.
struct TrainingView: Displayable {
  /// What is trained.
  let outline: TrainingOutline
  /// Where it stands; nil before the first step.
  var progress: BatchProgress?
  /// The epochs so far.
  var history = History()
  /// The losses so far.
  var losses: LossCourse
  /// How it ended, as a sentence; nil while it runs.
  var ending: String?
  /// Whether it came to its own end.
  var isComplete = false
  /// Whether only the ending is shown, with the curves to be unfolded.
  var isFolded = false

  init(_ outline: TrainingOutline) {
    self.outline = outline
    losses = LossCourse(exits: outline.exits.count)
  }

  /// The epochs of all phases, earlier trainings of the same model included.
  private var epochs: Int { start + outline.phases.reduce(0) { $0 + $1.epochs } }

  /// The epochs of earlier trainings of the same model.
  private var start: Int {
    let earlier = outline.phases.first?.index ?? 0
    return history.epochs.count { $0.phase < earlier }
  }

  /// The epochs before this phase.
  func epochsBefore(phase: Int) -> Int {
    history.epochs.count { $0.phase < phase }
  }

  private var title: String {
    "\(outline.regime) · \(outline.network) on \(outline.data) · seed \(outline.seed)"
  }

  private var fraction: Double {
    isComplete ? 1 : min(max(progress?.fractionDone ?? 0, 0), 1)
  }

  /// One line: where training stands, or how it ended.
  private var status: String {
    if let ending { return ending }
    guard let progress, let phase = outline.phases.first(where: { $0.index == progress.phase })
    else { return "preparing" }
    let first = outline.phases.first?.index ?? 0
    let which =
      outline.phases.count > 1
      ? "phase \(phase.index - first + 1) of \(outline.phases.count): \(phase.part)" : phase.part
    return "\(which) · epoch \(progress.epoch) of \(phase.epochs) · "
      + "\(Written.count(progress.imagesPerSecond)) images/s · "
      + "\(Written.time(progress.secondsLeft)) left"
  }

  private var latest: [(name: String, accuracy: Double)] {
    outline.exits.enumerated().compactMap { exit, name in
      history.course(ofExit: exit, LearningCurve.accuracy.value).last.map { (name, $0.value) }
    }
  }

  var display: MIMEBundle { MIMEBundle(plain: plain, ["text/html": .text(html)]) }

  private var plain: String {
    let accuracies = latest.map { "\($0.name) \(Written.percent($0.accuracy))" }
    let bar = String(repeating: "█", count: Int(fraction * 20))
    let track = bar + String(repeating: "░", count: 20 - bar.count)
    return
      ([title, "\(track) \(fixed(fraction * 100, decimals: 0)) % · \(status)"]
      + (accuracies.isEmpty || ending != nil
        ? [] : ["validation accuracy: " + accuracies.joined(separator: ", ")]))
      .joined(separator: "\n")
  }

  private var html: String {
    let heading = "<b>\(SVGElement.escaped(title))</b>"
    let line = "<span style=\"opacity:.8\">\(SVGElement.escaped(status))</span>"
    guard !isFolded else {
      return "<details><summary>\(heading) · \(line)</summary>\(charts)</details>"
    }
    return "<div>\(heading)</div>\(ending == nil ? bar : "")<div>\(line)</div>\(charts)"
  }

  private var bar: String {
    let width = fixed(fraction * 100, decimals: 1)
    return "<div style=\"height:6px;max-width:808px;margin:6px 0;border-radius:3px;"
      + "background:var(--jp-border-color2,#8884)\"><div style=\"height:6px;border-radius:3px;"
      + "width:\(width)%;background:\(Palette.colors[0].hex)\"></div></div>"
  }

  /// The beginning of a phase on an axis that counts epochs done, not epochs by number.
  private func halfAnEpochEarlier(_ mark: Mark) -> Mark? {
    guard case .rule(let rule) = mark else { return nil }
    return .rule(Rule(x: rule.value - 0.5, label: rule.label))
  }

  private var charts: String {
    let total = max(epochs, 1)
    var accuracy = history.chart(.accuracy, exits: outline.exits, epochs: total)
    var loss = history.chart(.loss, exits: outline.exits, epochs: total)
    loss.marks =
      zip(outline.exits, losses.points).map { .line(Line($1, label: $0)) }
      + loss.marks.compactMap(halfAnEpochEarlier)
    accuracy.x.domain = 0...Double(total)
    loss.x.domain = accuracy.x.domain
    // Before the first values, empty axes say more than an empty frame.
    if history.epochs.isEmpty { accuracy.y.domain = 0...1 }
    if losses.isEmpty { loss.y.domain = 0...2.5 }
    let drawings = [accuracy, loss].map { $0.legend(.top).size(width: 400, height: 290) }
    // An image that is replaced several times a second would flicker.
    return Page.sideBySide(drawings.map { ending == nil ? $0.svg : $0.image })
  }
}

/// How fast a training goes and how long it will still take.
struct Pace {
  private let clock = ContinuousClock()
  private let plans: [PhasePlan]
  private let start: ContinuousClock.Instant
  private var phaseStart: ContinuousClock.Instant
  private var imagesInPhase = 0
  private var stepsInPhase = 0
  private var stepsBefore = 0

  init(_ plans: [PhasePlan]) {
    self.plans = plans
    start = clock.now
    phaseStart = start
  }

  /// Seconds since the training began.
  var seconds: Double { (clock.now - start) / .seconds(1) }
  /// Seconds since the phase began.
  var secondsInPhase: Double { (clock.now - phaseStart) / .seconds(1) }

  /// Begins a phase of which some epochs may be done already.
  mutating func beginPhase(_ plan: PhasePlan, done epochs: Int) {
    let before = plans.prefix { $0.index < plan.index }.reduce(0) { $0 + $1.steps }
    stepsBefore = before + epochs * plan.stepsPerEpoch
    (phaseStart, imagesInPhase, stepsInPhase) = (clock.now, 0, 0)
  }

  mutating func step(images: Int) {
    stepsInPhase += 1
    imagesInPhase += images
  }

  /// Training images per second since the phase began, validation included in the time.
  var imagesPerSecond: Double { Double(imagesInPhase) / max(secondsInPhase, 1e-9) }

  /// The share of all planned steps that is done.
  var fractionDone: Double {
    Double(stepsBefore + stepsInPhase) / Double(max(1, plans.reduce(0) { $0 + $1.steps }))
  }

  /// The time for the steps that are left, at this phase's pace.
  var secondsLeft: Double {
    let left = plans.reduce(0) { $0 + $1.steps } - stepsBefore - stepsInPhase
    return Double(left) * secondsInPhase / Double(max(1, stepsInPhase))
  }
}

/// The cells that are timed, in the languages of the kernels.
enum BenchLanguage: Sendable {
  case swift, python

  /// Run before anything is timed.
  var preparation: String {
    switch self {
    case .swift: "import Offramp\nimport Glibc\nlet sizes = [1, 2, 3]"
    case .python: "import time\nfrom IPython.display import display\nsizes = [1, 2, 3]"
    }
  }

  /// A cell that no earlier round has run.
  func trivial(_ round: Int, _ number: Int) -> String {
    let name = "value\(round)_\(number)"
    return switch self {
    case .swift: "let \(name) = \(number)\n\(name) + \(round)"
    case .python: "\(name) = \(number)\n\(name) + \(round)"
    }
  }

  /// Prints the time in nanoseconds, then goes on for a while.
  var stamped: String {
    switch self {
    case .swift:
      """
      var now = timespec()
      clock_gettime(CLOCK_MONOTONIC, &now)
      print(now.tv_sec * 1_000_000_000 + now.tv_nsec)
      usleep(400_000)
      """
    case .python: "print(time.monotonic_ns())\ntime.sleep(0.4)"
    }
  }

  /// Runs until it is interrupted, and looks for that.
  var endless: String {
    switch self {
    case .swift: "print(\"running\")\nwhile true { try Interrupt.check() }"
    case .python: "print(\"running\")\nwhile True: pass"
    }
  }

  /// Prints the time in nanoseconds, then redraws one display `count` times with a number.
  func updates(_ count: Int) -> String {
    switch self {
    case .swift:
      """
      let gauge = display(-1, id: "gauge")
      clock_gettime(CLOCK_MONOTONIC, &now)
      print(now.tv_sec * 1_000_000_000 + now.tv_nsec)
      for step in 0..<\(count) { gauge.update(step) }
      """
    case .python:
      """
      gauge = display(-1, display_id="gauge")
      print(time.monotonic_ns())
      for step in range(\(count)): gauge.update(step)
      """
    }
  }

  /// A cell to complete at its end.
  var completed: String { "sizes.rev" }

  /// A piece of code for `is_complete`.
  var unfinished: String {
    switch self {
    case .swift: "func f() {"
    case .python: "def f():"
    }
  }
}

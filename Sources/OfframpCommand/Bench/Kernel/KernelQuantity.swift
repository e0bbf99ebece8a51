/// What is measured of a kernel.
enum KernelQuantity: String, CaseIterable {
  case start, firstRun, secondRun, kernelInfo, isComplete, firstOutput, interruptReply,
    cooperativeStop, completion, updates, shutdown, recompiled, memory,
    memoryAfterCompletion, processor

  /// The row's name.
  var label: String {
    switch self {
    case .start: "start to first kernel_info_reply"
    case .firstRun: "trivial cell to idle, new"
    case .secondRun: "trivial cell to idle, after a restart"
    case .kernelInfo: "kernel_info"
    case .isComplete: "is_complete"
    case .firstOutput: "first byte of output after its write"
    case .interruptReply: "interrupt acknowledged"
    case .cooperativeStop: "interrupt to idle"
    case .completion: "completion, warm"
    case .updates: "display updates, last one shown"
    case .shutdown: "shutdown"
    case .recompiled: "cells compiled by a restart-and-run-all"
    case .memory: "idle: resident memory"
    case .memoryAfterCompletion: "idle: resident memory, after completions"
    case .processor: "idle: processor time"
    }
  }

  var unit: String {
    switch self {
    case .updates: "/s"
    case .recompiled: ""
    case .memory, .memoryAfterCompletion: "MB"
    case .processor: "ms/s"
    default: "ms"
    }
  }

  /// What is aimed for; nil where the other kernels are the measure.
  var target: String? {
    switch self {
    case .start: "≤ 150"
    case .firstRun: "≤ 110"
    case .secondRun: "≤ 12"
    case .kernelInfo, .isComplete: "≤ 1"
    case .firstOutput: "≤ 30"
    case .interruptReply: "≤ 50"
    case .cooperativeStop, .completion: "≤ 100"
    case .updates: "≥ 5000"
    case .shutdown: "≤ 200"
    case .recompiled: "0"
    case .memory, .memoryAfterCompletion, .processor: nil
    }
  }
}

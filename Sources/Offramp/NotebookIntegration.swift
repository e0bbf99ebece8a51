import Datasets
import Display
import Inference
import Training
import Widgets

/// Joins the library to the notebook that a cell runs in.
public enum NotebookIntegration {
  /// Shows trainings and downloads while they run, ends them cleanly when the user interrupts the
  /// cell, and makes controls listen to the front end.
  ///
  /// The process that runs cells calls this once, before the first cell.
  public static func install() {
    Trainer.observer = TrainingDisplay()
    Trainer.shouldStop = { Interrupt.stopsWork }
    Evaluation.shouldStop = { Interrupt.stopsWork }
    WidgetRegistry.connect()
    let downloads = DownloadDisplay()
    Dataset.downloadObserver = { try downloads.report($0) }
  }
}

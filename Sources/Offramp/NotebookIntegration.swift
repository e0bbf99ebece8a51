import Datasets
import Display
import Inference
import Training

/// Joins the library to the notebook that a cell runs in.
public enum NotebookIntegration {
  /// Shows trainings and downloads while they run, and ends them cleanly when the user interrupts
  /// the cell.
  ///
  /// The process that runs cells calls this once, before the first cell.
  public static func install() {
    Trainer.observer = TrainingDisplay()
    Trainer.shouldStop = { Interrupt.stopsWork }
    Evaluation.shouldStop = { Interrupt.stopsWork }
    let downloads = DownloadDisplay()
    Dataset.downloadObserver = { try downloads.report($0) }
  }
}

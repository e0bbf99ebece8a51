public import Datasets
public import Networks
import Tensors

extension Network {
  /// Trains this network from parameters drawn from the seed.
  ///
  /// ```swift
  /// let run = try net.train(.mixed, on: data, epochs: 20)
  /// let longer = try net.train(.joint, on: data, epochs: 20, startingFrom: run)
  /// ```
  ///
  /// The same seed, data, recipe and number of threads give the same bits. An interrupt (see
  /// ``Trainer/shouldStop``) ends training before the next step and gives the run so far.
  ///
  /// - Parameters:
  ///   - regime: The order in which the parts learn.
  ///   - data: Trained on its training split, watched on its validation split.
  ///   - epochs: The total over all phases, divided among them by their shares.
  ///   - seed: Of parameters, batches, augmentation and dropout.
  ///   - recipe: Optimizer, schedule, batches, loss.
  ///   - start: A run of this network whose parameters to start from instead. The new run's
  ///     history goes on from that run's: a backbone trained once can be the start of several runs.
  /// - Throws: ``TrainingError`` before anything is trained if something does not fit,
  ///   `NetworkError` if the network has a mistake, ``TrainingDiverged`` if a loss stops being a
  ///   finite number.
  public func train(
    _ regime: Regime, on data: Dataset, epochs: Int, seed: UInt64 = 0, recipe: Recipe = .default,
    startingFrom start: Run? = nil
  ) throws -> Run {
    let order = TrainingOrder(regime, .total(epochs), seed: seed, recipe: recipe, start: start)
    return try order.train(self, on: data)
  }

  /// Trains this network with the same number of epochs for every phase: with early stopping, the
  /// paper's way of training each phase until it converges.
  ///
  /// - Parameter epochsPerPhase: The ceiling for each phase. The rest is as in
  ///   ``train(_:on:epochs:seed:recipe:startingFrom:)``.
  public func train(
    _ regime: Regime, on data: Dataset, epochsPerPhase: Int, seed: UInt64 = 0,
    recipe: Recipe = .default, startingFrom start: Run? = nil
  ) throws -> Run {
    let order = TrainingOrder(
      regime, .perPhase(epochsPerPhase), seed: seed, recipe: recipe, start: start)
    return try order.train(self, on: data)
  }
}

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
  /// ``Trainer/shouldStop``) ends training before the next step and gives the run so far, which
  /// ``Run/resumed(on:)`` completes.
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
    let order = TrainingOrder(
      network: self, data: data, regime: regime, epochs: .total(epochs), seed: seed, recipe: recipe)
    return try order.starting(from: start).run()
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
      network: self, data: data, regime: regime, epochs: .perPhase(epochsPerPhase), seed: seed,
      recipe: recipe)
    return try order.starting(from: start).run()
  }
}

extension Run {
  /// Goes on with an interrupted training, to its end.
  ///
  /// It goes on from the end of the last whole epoch with all that the optimizer, the batches and
  /// dropout had come to, so the result is bit for bit that of a training without interruption.
  ///
  /// - Parameter data: The data that the run was trained on, with the same splits; a run that was
  ///   not read from a file still has it.
  /// - Throws: ``TrainingError`` if the run was not interrupted or the data are others.
  public func resumed(on data: Dataset? = nil) throws -> Run {
    guard let bookmark else {
      throw TrainingError(
        """
        Only an interrupted run can be resumed, and this one is \(outcome): to train it further, \
        use network.train(…, startingFrom: run).
        """)
    }
    guard let data = data ?? self.data else {
      throw TrainingError(
        "The run comes from a file, which holds no images: give it the data, run.resumed(on: data)."
      )
    }
    if data.splits != splits {
      throw TrainingError(
        """
        The run was interrupted on "\(splits.dataset)" with \(splits.train.count) training images \
        (seed \(splits.seed)) and can be resumed only on the same splits, not on "\(data.name)" \
        with \(data.train.count) (seed \(data.seed)): data.applying(run.splits) restores them.
        """)
    }
    return try TrainingOrder(
      network: network, data: data, regime: regime, epochs: record.epochs, seed: seed,
      recipe: recipe, history: bookmark.history, state: bookmark.state, bookmark: bookmark,
      secondsBefore: record.seconds
    ).run()
  }
}

extension TrainingOrder {
  /// The order with another run's parameters to start from.
  fileprivate func starting(from run: Run?) throws(TrainingError) -> TrainingOrder {
    guard let run else { return self }
    if run.network != network {
      throw TrainingError(
        """
        The run to start from was trained on another network (\(run.network.name ?? "unnamed"), \
        with \(run.record.exits.count) exits): start from a run of this network.
        """)
    }
    var order = self
    (order.history, order.state) = (run.history, run.model.state())
    return order
  }
}

public import CellSession

extension CellSession: CellHost {}

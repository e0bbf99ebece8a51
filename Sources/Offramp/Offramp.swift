// What a cell gets by `import Offramp`: every module of the library, and how their values display.

@_exported public import Charts
@_exported public import Datasets
@_exported public import Display
@_exported public import Inference
@_exported public import Networks
@_exported public import Tensors
@_exported public import Training
@_exported public import Widgets

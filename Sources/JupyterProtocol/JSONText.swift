/// Jupyter messages are four JSON objects each; whoever speaks the protocol holds JSON values between
/// the wire and the typed messages in `Messages/`.
@_exported public import JSONText

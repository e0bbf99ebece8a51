/// By whose rules the tensors of a file are named.
///
/// ```swift
/// let net = Network.resNet18(classes: 1000, input: [224, 224, 3], stem: .imageNet)
/// let model = try net.model(weights: "resnet18.safetensors")
/// ```
/// Names follow from what a network consists of, not from its own name: a ResNet written line by
/// line is found in a file as a canned one is.
public enum WeightNames: String, Hashable, Sendable, Codable, CaseIterable {
  /// The rules under which most tensors of the file are found.
  case automatic
  /// This library's own: `layers.3.conv1.weight`, `exits.0.1.bias`, …
  case own
  /// torchvision's: ResNets (`layer1.0.conv1.weight`, …, `fc.bias`; CIFAR's too, also with
  /// `linear` and `shortcut`), MobileNetV3 and EfficientNet (`features.1.block.0.0.weight`, …), vision
  /// transformers (`encoder.layers.encoder_layer_0.ln_1.weight`, …).
  case torchvision
  /// timm's: ResNets as torchvision's, vision transformers (`blocks.0.attn.qkv.weight`, …) and, as
  /// their authors have them, T2T-ViTs.
  case timm
  /// Hugging Face's: BERT (`bert.encoder.layer.0.attention.self.query.weight`, …) and vision
  /// transformers (`vit.encoder.layer.0.attention.attention.query.weight`, …).
  case huggingFace

  /// Whose names, for a sentence.
  var owner: String {
    switch self {
    case .automatic: "any known"
    case .own: "this library's"
    case .torchvision: "torchvision's"
    case .timm: "timm's"
    case .huggingFace: "Hugging Face's"
    }
  }
}

/// Where the final classifier's last layer comes from when weights are loaded.
public enum ClassifierWeights: String, Hashable, Sendable, Codable, CaseIterable {
  /// From the file, which must have been trained on the same classes.
  case file
  /// It keeps its initial values, for training on other classes; the file's own is left aside.
  case fresh
}

extension LayerDefinition {
  /// In the order of the manual.
  package static let all: [LayerDefinition] = [
    dense, convolution, transposedConvolution, embedding, cosine, batchNormalisation,
    meanNormalisation,
    layerNormalisation,
    instanceNormalisation, groupNormalisation, pixelNormalisation, conditionalBatchNormalisation,
    minibatchDeviation, minibatchDiscrimination, maxout, dropout, noise, relu, leakyRelu, elu, tanh,
    sigmoid, softplus, silu, gelu, gatedLinear, maximumPooling,
    averagePooling, blurPooling, globalPooling, sumPooling, upsample, reshape, flatten, crop,
    residual, shortcut, block, from, add, concat, multiply, attention, project, output,
  ]
}

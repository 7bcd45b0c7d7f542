import Language
import Networks
import Specification
import Testing

struct ArchitectureDiagnosticTests {
  @Test func `the published Keras mistake is found before a byte is allocated`() {
    let text = """
      # the published listing, as it stands
      data faces portraits size=64
      arch mine conv image=64x64x3 latent=100 {
         generator { dense 256; lrelu 0.2; reshape 8x8x512; deconv 128; lrelu 0.2; deconv 64; deconv 3; tanh }
         discriminator { conv 64; lrelu 0.2; dropout 0.3; flatten; dense 1 }
      }
      """
    #expect(
      fault(text, name: "quick.gansh") == """
        error: cannot reshape 256 values into 8x8x512 (32,768 values)
          quick.gansh:4:38
            generator { dense 256; lrelu 0.2; reshape 8x8x512; ...
                                              ^^^^^^^^^^^^^^^
          help: let the dense layer produce them: `dense 8x8x512`
        """)
    let mended = text.replacing(
      "dense 256; lrelu 0.2; reshape 8x8x512", with: "dense 8x8x512; lrelu 0.2")
    #expect(fault(mended) == nil)
  }

  @Test(arguments: [
    (
      "arch m conv image=64x64x3 { generator { dense 256; conv 3 } }",
      """
      error: conv needs an image, but what comes before gives 256 values
        test:1:52
          arch m conv image=64x64x3 { generator { dense 256; conv 3 } }
                                                             ^^^^^^
        help: put a `reshape` before it: `reshape 8x8x64` is height x width x channels
      """
    ),
    (
      "arch m conv image=64x64x3 { generator { dense 8x8x64; deconv 3; deconv 3 } }",
      """
      error: the generator ends in 32x32x3, but an example is 64x64x3
        test:1:65
          arch m conv image=64x64x3 { generator { dense 8x8x64; deconv 3; deconv 3 } }
                                                                          ^^^^^^^^
        help: one more `deconv` with stride=2 doubles height and width
      """
    ),
    (
      "arch m mlp image=8x8x1 { generator { dense 64; tanh } }",
      """
      error: the generator ends in 64 values, but an example is 8x8x1
        test:1:48
          arch m mlp image=8x8x1 { generator { dense 64; tanh } }
                                                         ^^^^
        help: end with `reshape 8x8x1`
      """
    ),
    (
      "arch m mlp image=8x8x1 { discriminator { conv 8 } }",
      """
      error: the discriminator ends in 4x4x8, but it must end in one logit
        test:1:42
          arch m mlp image=8x8x1 { discriminator { conv 8 } }
                                                   ^^^^^^
        help: end with `flatten; dense 1`
      """
    ),
    (
      "arch m mlp image=8x8x1 { discriminator { dense 1; tanh } }",
      """
      error: the discriminator ends in `tanh`, but its last layer gives the logit
        test:1:51
          arch m mlp image=8x8x1 { discriminator { dense 1; tanh } }
                                                            ^^^^
        help: leave `tanh` out: objectives are on logits
      """
    ),
    (
      "arch m mlp image=8x8x1 { discriminator { conv 8 kernl=3; dense 1 } }",
      """
      error: `conv` has no option `kernl`
        test:1:49
          arch m mlp image=8x8x1 { discriminator { conv 8 kernl=3; dense 1 } }
                                                          ^^^^^
        help: did you mean `kernel`?
      """
    ),
    (
      "arch m mlp image=8x8x1 { discriminator { conv kernel=3; dense 1 } }",
      """
      error: `conv` needs its number of channels: `conv 64`
        test:1:42
          arch m mlp image=8x8x1 { discriminator { conv kernel=3; dense 1 } }
                                                   ^^^^^^^^^^^^^
      """
    ),
    (
      "arch m mlp image=8x8x1 { discriminator { conv 8 stride=0; dense 1 } }",
      """
      error: stride is a whole number from 1 to 16, not `0`
        test:1:56
          arch m mlp image=8x8x1 { discriminator { conv 8 stride=0; dense 1 } }
                                                                 ^
      """
    ),
    (
      "arch m mlp image=8x8x1 { discriminator { Linear 8 } }",
      """
      error: unknown layer `Linear`
        test:1:42
          arch m mlp image=8x8x1 { discriminator { Linear 8 } }
                                                   ^^^^^^
        help: it is called `dense` here
      """
    ),
    (
      "arch m mlp image=8x8x1 { discriminator { desne 8 } }",
      """
      error: unknown layer `desne`
        test:1:42
          arch m mlp image=8x8x1 { discriminator { desne 8 } }
                                                   ^^^^^
        help: did you mean `dense`?
      """
    ),
    (
      "arch m mlp image=8x8x1 { discriminator { dense 1 2 } }",
      """
      error: `dense` does not expect `2` here
        test:1:50
          arch m mlp image=8x8x1 { discriminator { dense 1 2 } }
                                                           ^
      """
    ),
    (
      "arch m mlp image=8x8x1 { discriminator { dropout 1.5; dense 1 } }",
      """
      error: the rate of `dropout` is a number from 0 to below 1, not `1.5`
        test:1:50
          arch m mlp image=8x8x1 { discriminator { dropout 1.5; dense 1 } }
                                                           ^^^
      """
    ),
    (
      "arch m mlp image=8x8x1 { critic { dense 1 } }",
      """
      error: expected `generator { … }` or `discriminator { … }`, got `critic`
        test:1:26
          arch m mlp image=8x8x1 { critic { dense 1 } }
                                   ^^^^^^
        help: networks are mapping, generator, discriminator, encoder, reconstructor, decoder, classifier, restorer
      """
    ),
    (
      "arch m mlp image=8x8x1 { generator { } }",
      """
      error: the generator has no layers
        test:1:26
          arch m mlp image=8x8x1 { generator { } }
                                   ^^^^^^^^^
      """
    ),
    (
      "arch m like dcgn image=64x64x3",
      """
      error: there is no architecture `dcgn`
        test:1:13
          arch m like dcgn image=64x64x3
                      ^^^^
        help: did you mean `dcgan`?
      """
    ),
    (
      "arch m like dcgan image=44x44x3",
      """
      error: dcgan makes square images whose side is a multiple of 16, with 1 or 3 channels, not 44x44x3
        test:1:19
          arch m like dcgan image=44x44x3
                            ^^^^^^^^^^^^^
        help: `conv` takes sides that are multiples of 8, `mlp` takes any
      """
    ),
    (
      "arch m like dcgan image=64x64x3 width=8000",
      """
      error: width is from 1 to 1,024 here, not 8000
        test:1:33
          arch m like dcgan image=64x64x3 width=8000
                                          ^^^^^^^^^^
      """
    ),
    (
      "arch m like dcgan image=3x64x64",
      """
      error: image has sides from 4 to 1,024, not `3x64x64`
        test:1:25
          arch m like dcgan image=3x64x64
                                  ^^^^^^^
      """
    ),
    (
      "arch m like dcgan image=64x64x3 width=wide",
      """
      error: width is a whole number from 1 to 8,192, not `wide`
        test:1:39
          arch m like dcgan image=64x64x3 width=wide
                                                ^^^^
      """
    ),
    (
      "arch m like dcgan",
      """
      error: an architecture needs to know what it makes
        test:1:1
          arch m like dcgan
          ^^^^^^^^^^^^^^^^^
        help: say `image=64x64x3` (height x width x channels) or `points=2`
      """
    ),
    (
      "arch m image=64x64x3 { generator { dense 64x64x3 } }",
      """
      error: the discriminator is missing
        test:1:24
          arch m image=64x64x3 { generator { dense 64x64x3 } }
                                 ^^^^^^^^^
        help: write `discriminator { … }` in the block, or name a preset with `like`
      """
    ),
    (
      "arch a like mlp points=2; arch b like a width=5",
      """
      error: `a` has its width already; only presets take one
        test:1:41
          arch a like mlp points=2; arch b like a width=5
                                                  ^^^^^^^
      """
    ),
    (
      "arch m like mlp image=64x64x3 imag=5",
      """
      error: `arch` has no option `imag`
        test:1:31
          arch m like mlp image=64x64x3 imag=5
                                        ^^^^
        help: did you mean `image`?
      """
    ),
    (
      "arch m like mlp image=64x64x3 latent = 5",
      """
      error: `arch` does not expect `latent` here
        test:1:31
          arch m like mlp image=64x64x3 latent = 5
                                        ^^^^^^
        help: options are written without blanks: `key=value`
      """
    ),
    (
      "arch on like mlp points=2",
      """
      error: `on` is a word of the language and cannot be a name
        test:1:6
          arch on like mlp points=2
               ^^
      """
    ),
    (
      "arch",
      """
      error: `arch` needs a name first
        test:1:1
          arch
          ^^^^
      """
    ),
    (
      "arch m mlp points=2 { generator init=norml:0.02 { dense 2 } }",
      """
      error: init is one of normal, glorot-uniform, glorot-normal, he-uniform, he-normal, torch, orthogonal, not `norml:0.02`
        test:1:38
          arch m mlp points=2 { generator init=norml:0.02 { dense 2 } }
                                               ^^^^^^^^^^
      """
    ),
    (
      "arch m mlp image=8x8x1 { discriminator { deconv 4 outpad=2 padding=1; dense 1 } }",
      """
      error: outpad is below the stride, and 0 with padding=same
        test:1:42
          arch m mlp image=8x8x1 { discriminator { deconv 4 outpad=2 padding=1; ...
                                                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^
      """
    ),
  ]) func `a fault is shown in full`(text: String, expected: String) {
    #expect(fault(text) == expected)
  }

  @Test(arguments: [
    "dense 99999999999", "dense 8192x8192x8192", "dense 1e300", "dense -1", "dense 0", "dense 2.5",
    "dense 8x8", "dense \"8\"", "dense", "dense 1x0x5", "conv 9000", "conv 8 kernel=65",
    "conv 8 kernel=3x3x3", "conv 8 kernel=1x0", "conv 8 stride=17", "conv 8 padding=-1",
    "conv 8 padding=most", "conv 8 padding=65", "conv 8 kernel=9 padding=valid",
    "conv 8 bias=maybe",
    "deconv 8 outpad=16", "deconv 8 kernel=1 stride=1 padding=20", "batchnorm momentum=2",
    "batchnorm momentum=jax:0.5", "batchnorm eps=0", "batchnorm eps=-1", "layernorm eps=2",
    "relu 5",
    "maxpool 9", "maxpool 0", "upsample 17", "upsample 2 filter=cubic", "reshape 63",
    "reshape 8x9x1",
    "reshape 99999999999x2x2", "flatten 3", "dense 1 { relu }", "lrelu x", "globalpool 2",
    "upsample 16; upsample 16; upsample 16; upsample 16",
    "conv 8192 stride=1; conv 8192 kernel=64 stride=1", "conv 1 bias=yes bias=no",
  ]) func `a layer that cannot be is an error with a place`(layer: String) throws {
    let text = "arch m mlp image=8x8x1 { discriminator { \(layer); flatten; dense 1 } }"
    let shown = try #require(fault(text))
    #expect(shown.contains("test:1:") && shown.contains("^"), "\(shown)")
  }

  @Test func `a network read from elsewhere is checked as well, without a place`() throws {
    func resolve(_ layers: [LayerSpecification], _ input: [Int]) throws(Diagnostic) {
      _ = try Network(
        NetworkSpecification(.discriminator, layers: layers, initialisation: .torch),
        inputs: [(wire: "image", shape: input)])
    }
    func stored(_ keyword: String, _ operand: String? = nil, _ options: String...) throws
      -> LayerSpecification
    {
      LayerSpecification(
        keyword, operand: operand,
        options: options.map { option in
          let parts = option.split(separator: "=").map(String.init)
          return LayerSpecification.Setting(parts[0], parts[1])
        })
    }
    let dense = try stored("dense", "1", "bias=yes")
    for layer in [
      try stored("conv", "3", "kernel=3", "stride=0x1", "padding=1"),
      try stored("conv", "3", "kernel=3x3x3", "stride=1", "padding=9223372036854775807"),
      try stored("deconv", "9223372036854775807", "kernel=3", "stride=1", "padding=1"),
      try stored("dense", "9223372036854775807x9223372036854775807x2"), try stored("dense"),
      try stored("dense", "x"), try stored("reshape", "-1x64x-1"),
      try stored("maxpool", "9223372036854775807", "stride=0"),
      try stored("upsample", "9223372036854775807"), try stored("dropout", "nan"),
      try stored("batchnorm", nil, "momentum=keras:0.9", "eps=nan"),
      try stored("batchnorm", nil, "momentum=keras", "eps=1e-5"), try stored("warp", "3"),
      try stored("add", "nothing"), try stored("residual"),
      try stored("conv", "3", "weights=twisted"), try stored("conv", "4", "groups=3"),
    ] {
      #expect(throws: Diagnostic.self, "\(layer)") { try resolve([layer, dense], [1, 8, 8]) }
    }
    #expect(throws: Diagnostic.self) { try resolve([try stored("flatten")], [4]) }
    for input in [[], [0], [-1, 2, 3], [.max, .max, .max]] {
      #expect(throws: Diagnostic.self) { try resolve([dense], input) }
    }
    let fault = #expect(throws: Diagnostic.self) {
      try resolve([try stored("dense", "256"), try stored("reshape", "8x8x512")], [100])
    }
    #expect(
      fault?.message
        == "layer 2 of the discriminator (reshape 8x8x512): cannot reshape 256 values into "
        + "8x8x512 (32,768 values)")
    #expect(fault?.help == ["let the dense layer produce them: `dense 8x8x512`"])
  }
}

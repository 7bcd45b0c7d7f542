import Language
import Networks
import Specification
import Testing

/// Faults of trees of layers and of several networks, as they are shown.
struct ModelDiagnosticTests {
  private static let generator = "generator { dense 8x8x1; tanh }"

  @Test(arguments: [
    (
      "discriminator { conv 4 as skip; conv 8; concat skip; flatten; dense 1 }",
      """
      error: concat joins 2x2x8 with `skip`, which is 4x4x4
        test:3:43
          discriminator { conv 4 as skip; conv 8; concat skip; flatten; dense 1 }
                                                  ^^^^^^^^^^^
        test:3:19: `skip` is 4x4x4
          discriminator { conv 4 as skip; conv 8; concat skip; flatten; dense 1 }
                          ^^^^^^^^^^^^^^
        help: `skip` is `conv 4 kernel=4 stride=2 padding=same bias=yes as skip`; change one of the two, or put a `conv`, `upsample` or `avgpool` between
      """
    ),
    (
      "discriminator { conv 4; multiply image; flatten; dense 1 }",
      """
      error: multiply joins 4x4x4 with `image`, which is 8x8x1
        test:3:27
          discriminator { conv 4; multiply image; flatten; dense 1 }
                                  ^^^^^^^^^^^^^^
        help: `image` is an input of the discriminator; change one of the two, or put a `conv`, `upsample` or `avgpool` between
      """
    ),
    (
      "discriminator { conv 4 as skip; conv 4; add skpi; flatten; dense 1 }",
      """
      error: nothing before is called `skpi` in the discriminator
        test:3:43
          discriminator { conv 4 as skip; conv 4; add skpi; flatten; dense 1 }
                                                  ^^^^^^^^
        help: did you mean `skip`?
      """
    ),
    (
      "discriminator { block { conv 4 as inner }; add inner; flatten; dense 1 }",
      """
      error: nothing before is called `inner` in the discriminator
        test:3:46
          discriminator { block { conv 4 as inner }; add inner; flatten; dense 1 }
                                                     ^^^^^^^^^
        help: results are named by `as`: `conv 64 as skip`; there are image
      """
    ),
    (
      "discriminator { conv 4 as skip; conv 8; add skip; flatten; dense 1 }",
      """
      error: add joins 2x2x8 with `skip`, which is 4x4x4
        test:3:43
          discriminator { conv 4 as skip; conv 8; add skip; flatten; dense 1 }
                                                  ^^^^^^^^
        test:3:19: `skip` is 4x4x4
          discriminator { conv 4 as skip; conv 8; add skip; flatten; dense 1 }
                          ^^^^^^^^^^^^^^
        help: `skip` is `conv 4 kernel=4 stride=2 padding=same bias=yes as skip`; change one of the two, or put a `conv`, `upsample` or `avgpool` between
      """
    ),
    (
      "discriminator { residual { conv 4; shortcut { conv 4 kernel=1 stride=1 } }; dense 1 }",
      """
      error: the block makes 4x4x4, but its shortcut 8x8x4
        test:3:38
          discriminator { residual { conv 4; shortcut { conv 4 kernel=1 stride=1 } ...
                                             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
      """
    ),
    (
      "discriminator { residual { conv 4; shortcut { conv 4 }; shortcut { conv 4 } }; dense 1 }",
      """
      error: a block has one shortcut at most
        test:3:59
          ... shortcut { conv 4 }; shortcut { conv 4 } }; dense 1 }
                                   ^^^^^^^^^^^^^^^^^^^
      """
    ),
    (
      "discriminator { shortcut { conv 4 }; dense 1 }",
      """
      error: `shortcut` stands in the braces of `residual`
        test:3:19
          discriminator { shortcut { conv 4 }; dense 1 }
                          ^^^^^^^^^^^^^^^^^^^
      """
    ),
    (
      "discriminator { conv 4 as a; conv 4 as a; flatten; dense 1 }",
      """
      error: two parameters of the discriminator would be called `discriminator.a.weight`
        test:3:32
          discriminator { conv 4 as a; conv 4 as a; flatten; dense 1 }
                                       ^^^^^^^^^^^
        help: give one of the layers another name
      """
    ),
    (
      "discriminator { block as a { conv 4 as b }; conv 4 as a.b; flatten; dense 1 }",
      """
      error: a result's name is of letters, digits, `_` and `-`, not `a.b`
        test:3:57
          discriminator { block as a { conv 4 as b }; conv 4 as a.b; ...
                                                                ^^^
      """
    ),
    (
      "discriminator { residual { conv 4 }; flatten; dense 1 }",
      """
      error: the block makes 4x4x4 of 8x8x1, and the two cannot be added
        test:3:19
          discriminator { residual { conv 4 }; flatten; dense 1 }
                          ^^^^^^^^^^^^^^^^^^^
        help: bring the input to the same shape: `shortcut { conv 64 kernel=1 stride=2 }`
      """
    ),
    (
      "discriminator { conv 4; conv 4 as block1.conv; flatten; dense 1 }",
      """
      error: a result's name is of letters, digits, `_` and `-`, not `block1.conv`
        test:3:37
          discriminator { conv 4; conv 4 as block1.conv; flatten; dense 1 }
                                            ^^^^^^^^^^^
      """
    ),
    (
      "discriminator { conv 4; attention pool=3; flatten; dense 1 }",
      """
      error: a pooling by 3 does not divide 4x4
        test:3:27
          discriminator { conv 4; attention pool=3; flatten; dense 1 }
                                  ^^^^^^^^^^^^^^^^
        help: write pool=1
      """
    ),
    (
      "discriminator { conv 4 groups=2; flatten; dense 1 }",
      """
      error: 2 groups do not divide both 1 and 4 channels
        test:3:19
          discriminator { conv 4 groups=2; flatten; dense 1 }
                          ^^^^^^^^^^^^^^^
      """
    ),
    (
      "discriminator { conv 6 stride=1; groupnorm 4; flatten; dense 1 }",
      """
      error: 4 groups do not divide 6 channels
        test:3:36
          discriminator { conv 6 stride=1; groupnorm 4; flatten; dense 1 }
                                           ^^^^^^^^^^^
      """
    ),
    (
      "discriminator { conv 6 kernel=20 border=reflect; flatten; dense 1 }",
      """
      error: a border of 9 cannot be reflected from an image of 8
        test:3:19
          discriminator { conv 6 kernel=20 border=reflect; flatten; dense 1 }
                          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
        help: write border=replicate
      """
    ),
    (
      "discriminator { conv 4; condbatchnorm label; flatten; dense 1 }",
      """
      error: nothing before is called `label` in the discriminator
        test:3:27
          discriminator { conv 4; condbatchnorm label; flatten; dense 1 }
                                  ^^^^^^^^^^^^^^^^^^^
        help: a network says what it is given: `discriminator(image, label) { … }`
      """
    ),
    (
      "discriminator(image, w) { flatten; dense 1 }",
      """
      error: nothing gives the discriminator its input `w`
        test:3:3
          discriminator(image, w) { flatten; dense 1 }
          ^^^^^^^^^^^^^
        help: it can be given image
      """
    ),
    (
      "discriminator { crop 9; flatten; dense 1 }",
      """
      error: a crop of 9x9 does not fit in 8x8
        test:3:19
          discriminator { crop 9; flatten; dense 1 }
                          ^^^^^^
      """
    ),
    (
      "discriminator { flatten; dense 1 } discriminator { dense 1 }",
      """
      error: the discriminator is given twice
        test:3:38
          discriminator { flatten; dense 1 } discriminator { dense 1 }
                                             ^^^^^^^^^^^^^
      """
    ),
    (
      "discriminator weights=spectrl { flatten; dense 1 }",
      """
      error: weights is one of no, spectral, weightnorm, equalised, not `spectrl`
        test:3:25
          discriminator weights=spectrl { flatten; dense 1 }
                                ^^^^^^^
        help: did you mean `spectral`?
      """
    ),
    (
      "discriminator { flatten; dense 1 weights=equalised:0 }",
      """
      error: equalised is a number from 0.01 to 100, not `0`
        test:3:54
          discriminator { flatten; dense 1 weights=equalised:0 }
                                                             ^
      """
    ),
    (
      "discriminator { flatten; residual; dense 1 }",
      """
      error: `residual` needs a block with its layers
        test:3:28
          discriminator { flatten; residual; dense 1 }
                                   ^^^^^^^^
        help: write `residual { … }`
      """
    ),
    (
      "discriminator { flatten; dense 1 } decoder { dense 8x8x1 }",
      """
      error: an autoencoder has no generator
        test:2:3
          generator { dense 8x8x1; tanh }
          ^^^^^^^^^
        help: its networks are decoder, encoder
      """
    ),
    (
      "discriminator(image, label) { flatten; dense 1 }",
      """
      error: nothing gives the discriminator its input `label`
        test:3:3
          discriminator(image, label) { flatten; dense 1 }
          ^^^^^^^^^^^^^
        help: say what the labels are: `classes=10`, or `labels=Smiling,Male`
      """
    ),
    (
      "discriminator { conv 4; conv 4; blurpool 2 kernel=7; flatten; dense 1 }",
      """
      error: a filter of 7 is too wide for an image of 2
        test:3:35
          discriminator { conv 4; conv 4; blurpool 2 kernel=7; flatten; dense 1 }
                                          ^^^^^^^^^^^^^^^^^^^
      """
    ),
    (
      "discriminator { conv 4; residual { conv 4 stride=1; conv 4 stride=1 as conv } }",
      """
      error: two parameters of the discriminator would be called `discriminator.block2.residual.conv.weight`
        test:3:55
          ... residual { conv 4 stride=1; conv 4 stride=1 as conv } }
                                          ^^^^^^^^^^^^^^^^^^^^^^^
        help: give one of the layers another name
      """
    ),
    (
      "discriminator { flatten as a; dense 4; tanh as a; dense 1 }",
      """
      error: `a` is the name of an earlier result
        test:3:42
          discriminator { flatten as a; dense 4; tanh as a; dense 1 }
                                                 ^^^^^^^^^
      """
    ),
    (
      "discriminator { flatten; dense 1 as score; output score }",
      """
      error: `score` is what the last layer of the discriminator gives
        test:3:46
          discriminator { flatten; dense 1 as score; output score }
                                                     ^^^^^^^^^^^^
        help: call this output otherwise, or put the layer last
      """
    ),
    (
      "discriminator(image, z) { flatten; dense 1 }",
      """
      error: nothing gives the discriminator its input `z`
        test:3:3
          discriminator(image, z) { flatten; dense 1 }
          ^^^^^^^^^^^^^
        help: it can be given image
      """
    ),
    (
      "discriminator { flatten; dense 1 } discriminator as generator { flatten; dense 1 }",
      """
      error: the generator is given twice
        test:3:38
          discriminator { flatten; dense 1 } discriminator as generator { flatten; ...
                                             ^^^^^^^^^^^^^
      """
    ),
    (
      "discriminator as average { flatten; dense 1 }",
      """
      error: `average` begins the names of other states and cannot be a network's
        test:3:3
          discriminator as average { flatten; dense 1 }
          ^^^^^^^^^^^^^
      """
    ),
    (
      "mapping(image) { flatten; dense 4 } discriminator { flatten; dense 1 }",
      """
      error: nothing gives the mapping its input `image`
        test:3:3
          mapping(image) { flatten; dense 4 } discriminator { flatten; dense 1 }
          ^^^^^^^
        help: it can be given z; an earlier network may give others
      """
    ),
  ])
  func `a fault is shown in full`(network: String, expected: String) {
    #expect(fault("arch m image=8x8x1 {\n  \(Self.generator)\n  \(network)\n}") == expected)
  }
}

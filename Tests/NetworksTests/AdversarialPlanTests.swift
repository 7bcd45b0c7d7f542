import MetricDescriptions
import Networks
import Specification
import TensorGraph
import TestSupport
import Testing

@Suite struct AdversarialPlanTests {
  private let recipe = RecipeSpecification(batch: 4)

  @Test func `a step gives every metric`() throws {
    var gan = try TinyGAN(recipe)
    let outputs = try gan.execute(Plan.step)
    #expect(Set(outputs.keys) == Set(gan.plan.measured.map(\.name)))
    for name in ["d_real", "d_fake"] {
      let value = try #require(outputs[name]?.first)
      #expect(value > 0 && value < 1)
    }
  }

  @Test func `every state of the programs has an initial value of its size`() throws {
    var recipe = recipe
    recipe.generatorAverage = 0.9
    recipe.discriminatorSteps = 2
    let gan = try TinyGAN(recipe)
    var names: Set<String> = []
    for program in gan.programs.values {
      for node in program.graph.nodes {
        guard case .state(let name, let shape) = node.op else { continue }
        names.insert(name)
        #expect(gan.states[name]?.count == shape.count, "\(name)")
      }
      for update in program.updates {
        names.insert(update.name)
        #expect(gan.states[update.name]?.count == update.tensor.shape.count, "\(update.name)")
      }
    }
    #expect(names == Set(gan.states.keys))
  }

  @Test func `names can be read by a person`() throws {
    let names = Set(try TinyGAN(recipe).states.keys)
    for name in [
      "generator.block1.dense.weight", "generator.block1.batchnorm.running_var",
      "discriminator.block2.dense.bias",
      "optimiser.generator.block1.dense.weight.first_moment",
    ] { #expect(names.contains(name), "\(name) in \(names.sorted())") }
  }

  /// With the learning rates at zero nothing but moments, running statistics and averages may change.
  @Test func `each learning rate moves its own network alone`() throws {
    for network in ["generator", "discriminator"] {
      var gan = try TinyGAN(recipe)
      let before = gan.states
      _ = try gan.execute(
        Plan.step, inputs: ["\(network).adam.step_size": [0]])
      for parameter in gan.plan.networks.flatMap(\.network.trained) {
        let stays = parameter.name.hasPrefix(network)
        #expect(
          (gan.states[parameter.name] == before[parameter.name]) == stays, "\(parameter.name)")
      }
    }
  }

  @Test func `the generator learns from the discriminator as just updated`() throws {
    var (still, moved) = (try TinyGAN(recipe), try TinyGAN(recipe))
    let first = try still.execute(
      Plan.step, inputs: ["discriminator.adam.step_size": [0]])
    let second = try moved.execute(Plan.step)
    #expect(first["discriminator_loss"] == second["discriminator_loss"])
    #expect(first["generator_loss"] != second["generator_loss"])
  }

  @Test func `the discriminator's running statistics see real, fake and fake again`() throws {
    // At step size zero all three passes use the same weights, so that the two fake passes see one
    // mean and the share of the old value is the cube of what one update keeps.
    var gan = try TinyGAN(recipe)
    let name = "discriminator.block1.batchnorm.running_mean"
    gan.states[name] = [1000, 1000, 1000, 1000]
    _ = try gan.execute(
      Plan.step, inputs: ["discriminator.adam.step_size": [0]])
    let kept = 1000 * 0.8 * 0.8 * 0.8
    for value in try #require(gan.states[name]) { #expect(abs(value - kept) < 10) }
    let generator = "generator.block1.batchnorm.running_mean"
    gan.states[generator] = [1000, 1000, 1000, 1000]
    _ = try gan.execute(Plan.step, step: 2)
    for value in try #require(gan.states[generator]) { #expect(abs(value - 900) < 10) }
  }

  @Test func `a fresh batch passes the generator again`() throws {
    var recipe = recipe
    recipe.fakes = .fresh
    var gan = try TinyGAN(recipe)
    let name = "generator.block1.batchnorm.running_mean"
    gan.states[name] = [1000, 1000, 1000, 1000]
    _ = try gan.execute(Plan.step)
    for value in try #require(gan.states[name]) { #expect(abs(value - 810) < 10) }
  }

  @Test func `the discriminator alone has a program of its own`() throws {
    var recipe = recipe
    recipe.discriminatorSteps = 3
    var gan = try TinyGAN(recipe)
    let before = gan.states
    let outputs = try gan.execute("discriminator")
    #expect(outputs["discriminator_loss"] != nil && outputs["generator_loss"] == nil)
    for parameter in try #require(gan.plan.network("generator")).trained {
      #expect(gan.states[parameter.name] == before[parameter.name])
    }
  }

  @Test func `the average follows the generator and copies its running statistics`() throws {
    var recipe = recipe
    recipe.generatorAverage = 0.75
    var gan = try TinyGAN(recipe)
    let name = "generator.block1.dense.weight"
    let before = try #require(gan.states[name])
    #expect(gan.states["average.\(name)"] == before)
    _ = try gan.execute(Plan.step)
    let after = try #require(gan.states[name])
    let average = try #require(gan.states["average.\(name)"])
    #expect(expectClose(average, zip(before, after).map { 0.75 * $0 + 0.25 * $1 }, within: 1e-7))
    let running = "generator.block1.batchnorm.running_mean"
    #expect(gan.states["average.\(running)"] == gan.states[running])
  }

  @Test func `a sample does not depend on its neighbours`() throws {
    var gan = try TinyGAN(recipe)
    _ = try gan.execute(Plan.step)
    let one = try gan.execute(
      "sample", inputs: [Plan.latents: [1, 2, 3, 4, 5, 6]])
    let two = try gan.execute(
      "sample", inputs: [Plan.latents: [1, 2, 3, -7, 8, 9]])
    #expect(one[Plan.images]?.prefix(2) == two[Plan.images]?.prefix(2))
    #expect(one[Plan.images] != two[Plan.images])
  }

  @Test func `nothing is computed that is not used`() throws {
    var architecture = TinyGAN.architecture
    architecture.example = .point(dimensions: 5)
    architecture.networks[0].layers[3].operand = "5"
    let plan = try Plan(architecture: architecture, recipe: recipe)
    let program = try #require(try plan.training().first { $0.name == Plan.step })
    let nodes = program.graph.nodes
    var used = Set((program.outputs + program.updates).map(\.tensor.id))
    for id in nodes.indices.reversed() where used.contains(id) {
      used.formUnion(nodes[id].operands)
    }
    let products = used.filter { if case .matmul = nodes[$0].op { true } else { false } }
    // Forward: generator 2, discriminator 2 on each of three batches. Gradients of the
    // discriminator on each of two: its weights 2, its hidden layer 1. Of the generator: back through
    // the discriminator 2, its weights 2, its hidden layer 1.
    #expect(products.count == 8 + 6 + 5)
    let random = nodes.filter { if case .random = $0.op { true } else { false } }
    #expect(random.count == 1 + 3)
  }

  @Test func `networks that do not fit are refused with what is wrong`() {
    func refusal(_ change: (inout ArchitectureSpecification, inout RecipeSpecification) -> Void)
      -> NetworksError?
    {
      var (architecture, recipe) = (TinyGAN.architecture, recipe)
      change(&architecture, &recipe)
      do {
        _ = try Plan(architecture: architecture, recipe: recipe)
        return nil
      } catch { return error }
    }
    #expect(refusal { _, _ in } == nil)
    #expect(
      refusal {
        $0.networks[0].layers = [LayerSpecification("tanh")]; _ = $1
      }
        == .architecture("the generator has nothing to learn"))
    #expect(
      refusal {
        $1.batch = 0; _ = $0
      } == .recipe(batch: 0, discriminatorSteps: 1))
  }
}

import Tern

/// The same in Python with Keras, for optimisers, activations and rates that scikit-learn has no call for: its first
/// weights, loss, order of batches and end, all from the one stream of `random_state`.
extension NetworkCopies {
    static func keras(_ request: Request) throws -> String {
        let settings = request.settings, isCurve = settings.task == .curve, isWhole = settings.solver == "lbfgs"
        let (dataImports, data) = points(request), process = process(request)
        var imports = ["import jax", "import keras"] + dataImports
        if isWhole { imports += ["from jax.flatten_util import ravel_pytree", "from scipy.optimize import minimize"] }
        if isCurve { imports.append("from sklearn.metrics import r2_score") }
        if settings.stopping { imports.append("from sklearn.model_selection import train_test_split") }
        if !isWhole { imports.append("from sklearn.utils import shuffle") }
        var lines =
            [
                "# scikit-learn has no call for this run. Here are its first weights, loss and order of batches with Keras,",
                "# in double precision.", "import os",
                "os.environ[\"KERAS_BACKEND\"], os.environ[\"JAX_ENABLE_X64\"] = \"jax\", \"1\"",
            ] + imports + process.imports + ["", "keras.config.set_floatx(\"float64\")", ""] + data
        // scikit-learn numbers classes from 0; those of its own data sets are.
        if !isCurve, request.data == nil { lines.append("y = np.unique(y, return_inverse=True)[1]") }
        lines += [""] + kerasModel(settings)
        lines += [""] + (isWhole ? kerasMinimum(settings) : try kerasEpochs(request))
        return (lines + process.lines).joined(separator: "\n") + "\n"
    }

    /// The layers with their first weights, the loss and the score.
    private static func kerasModel(_ settings: NetworkSettings) -> [String] {
        // Keras's own tanh (3.15, JAX) rounds to single precision on the way; JAX's does not.
        let names = [
            NetworkSettings.Activation.identity: "\"linear\"", .logistic: "\"sigmoid\"", .tanh: "jax.numpy.tanh",
            .relu: "\"relu\"",
        ]
        let outputs = settings.outputs, isSingle = outputs == 1
        // The output layer goes by the last hidden one.
        let shapes = settings.activations + [settings.activations.last ?? .relu]
        let (loss, score) =
            settings.task == .curve
            ? ("keras.ops.square(outputs(weights, x) - t) / 2", "r2_score(t, np.array(outputs(weights, x)))")
            : isSingle
                ? (
                    "keras.ops.binary_crossentropy(t, outputs(weights, x), from_logits=True)",
                    "np.mean((np.array(outputs(weights, x)) > 0) == t)"
                )
                : (
                    "keras.ops.sparse_categorical_crossentropy(t, outputs(weights, x), from_logits=True)",
                    "np.mean(np.argmax(outputs(weights, x), axis=1) == t)"
                )
        return ["model = keras.Sequential([", "    keras.Input([\(settings.x.count)]),"]
            + zip(settings.units, settings.activations).map {
                "    keras.layers.Dense(\($0), activation=\(names[$1]!)),"
            }
            + [
                "    keras.layers.Dense(\(outputs)),", "])", "random = np.random.RandomState(\(settings.seed))",
                "for layer, gain in zip(model.layers, \(shapes.map { $0 == .logistic ? 2 : 6 })):",
                "    bound = np.sqrt(gain / sum(layer.kernel.shape))",
                "    layer.set_weights([random.uniform(-bound, bound, weight.shape) for weight in layer.weights])",
                "weights = [variable.value for variable in model.trainable_variables]",
                "",
                "def outputs(weights, x):",
                "    return model.stateless_call(weights, [], x)[0]\(isSingle ? "[:, 0]" : "")",
                "",
                "def loss(weights, x, t):",
                "    penalty = \(settings.alpha) / 2 * sum((kernel ** 2).sum() for kernel in weights[::2]) / len(x)",
                "    return keras.ops.mean(\(loss)) + penalty",
                "",
                "def score(weights, x, t):",
                "    return \(score)",
            ]
    }

    /// All points at once, by SciPy's L-BFGS-B.
    private static func kerasMinimum(_ settings: NetworkSettings) -> [String] {
        [
            "flat, unpacked = ravel_pytree(weights)",
            "value_and_slopes = jax.jit(jax.value_and_grad(lambda flat: loss(unpacked(flat), X, y)))",
            "",
            "def objective(flat):",
            "    value, slopes = value_and_slopes(flat)",
            "    return float(value), np.array(slopes)",
            "",
            "found = minimize(",
            "    objective, flat, method=\"L-BFGS-B\", jac=True,",
            "    options={\"maxiter\": \(settings.epochs), \"maxfun\": 15000, \"gtol\": \(settings.tol)})",
            "# Rounding grows from step to step of L-BFGS: two programs agree in some digits.",
            "print(\"epochs\", found.nit)", "print(\"loss\", found.fun)",
            "print(\"score\", score(unpacked(found.x), X, y))",
        ]
    }

    /// Epoch by epoch, as scikit-learn goes through them and ends.
    private static func kerasEpochs(_ request: Request) throws -> [String] {
        let settings = request.settings
        let more =
            [
                "adam": ", epsilon=1e-8",
                "sgd": ", momentum=\(settings.momentum), nesterov=\(settings.nesterov ? "True" : "False")",
            ][
                settings.solver] ?? ""
        var lines: [String] = [], rate = "\(settings.rate)"
        if let schedule = try request.schedule() {
            // As it was changed by hand.
            lines.append(
                "rate = keras.optimizers.schedules.PiecewiseConstantDecay(\(schedule.boundaries), \(schedule.values))")
            rate = "rate"
        }
        let type = try settings.chosenSolver().type ?? "Adam"
        lines += [
            "optimizer = keras.optimizers.\(type)(\(rate)\(more))",
            "optimizer.build(model.trainable_variables)",
            "slots = [variable.value for variable in optimizer.variables]",
            "",
            "@jax.jit",
            "def step(weights, slots, x, t):",
            "    value, slopes = jax.value_and_grad(loss)(weights, x, t)",
            "    return value, *optimizer.stateless_apply(slots, slopes, weights)",
            "",
        ]
        lines +=
            settings.stopping
            ? [
                "x, held_x, t, held_t = train_test_split(",
                "    X, y, test_size=\(settings.fraction), random_state=random\(settings.isStratified ? ", stratify=y" : ""))",
                "rows, best, stalled, kept = np.arange(len(x)), -np.inf, 0, weights",
            ] : ["x, t = X, y", "rows, best, stalled = np.arange(len(x)), np.inf, 0"]
        let size = settings.batch ?? 200
        lines += [
            "for epoch in range(1, \(settings.epochs) + 1):",
            "    rows, total = shuffle(rows, random_state=random), 0",
            "    for start in range(0, len(rows), \(size)):",
            "        batch = rows[start:start + \(size)]",
            "        value, weights, slots = step(weights, slots, x[batch], t[batch])",
            "        total += float(value) * len(batch)",
            "    last = total / len(rows)",
        ]
        lines +=
            settings.stopping
            ? [
                "    now = score(weights, held_x, held_t)",
                "    stalled = stalled + 1 if now < best + \(settings.tol) else 0",
                "    if now > best:", "        best, kept = now, weights",
            ]
            : [
                "    stalled = stalled + 1 if last > best - \(settings.tol) else 0", "    best = min(best, last)",
            ]
        lines += ["    if stalled > \(settings.patience):", "        break"]
        if settings.stopping { lines.append("weights = kept") }
        return lines + [
            "print(\"epochs\", epoch)", "print(\"loss\", last)", "print(\"score\", score(weights, X, y))",
        ]
    }
}

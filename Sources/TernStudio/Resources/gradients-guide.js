// The guide of the view of vanishing gradients: predict, try, see.
export const steps = [
  {
    question: "Twenty layers of sigmoids. The gradient of the loss by the first layer's weights is how long, against the last layer's?",
    choices: ["About as long", "Some hundred times shorter", "Many orders of magnitude shorter"], answer: 2,
    setting: { activation: "sigmoid" },
    see: "A sigmoid's slope is 1/4 at most, and each layer multiplies by it again. The axis is logarithmic.",
  },
  {
    question: "The same with tanh, whose slope at 0 is 1. Does it vanish as fast?",
    choices: ["Yes", "No, it falls far more slowly"], answer: 1,
    setting: { activation: "tanh", kept: "sigmoid:glorot_uniform:0:0:20:32:0" },
    see: "Around 0 nothing is lost, and Glorot's initial weights are made to keep the variance there.",
  },
  {
    question: "ReLU, whose slope is 1, with weights drawn too small (random_normal, 0.05). How long are the gradients?",
    choices: ["Of order 1 at every layer", "Of order 1 at the last layer, gone at the first", "Next to nothing at every layer, the last too"], answer: 2,
    setting: { activation: "relu", initializer: "random_normal" },
    see: "From the last layer to the first the order is kept, but it is that of 1e-14: the signal died on its way forward already, and each gradient has it as a factor. Choose he_normal, and it arrives.",
  },
  {
    question: "Sigmoids with batch normalisation before each. What changes?",
    choices: ["Nothing", "The gradient comes back"], answer: 1,
    setting: { activation: "sigmoid", normalizes: true, kept: "sigmoid:glorot_uniform:0:0:20:32:0" },
    see: "Each unit is spread to a variance of 1, which makes up for the small slopes.",
  },
  {
    question: "Sigmoids whose result is added to their input (skips). What does the first layer's gradient do?",
    choices: ["It shrinks, by a factor of some hundredths, and arrives", "It vanishes all the same"], answer: 0,
    setting: { activation: "sigmoid", skips: true, kept: "sigmoid:glorot_uniform:0:0:20:32:0" },
    see: "The sum passes the gradient on as it is, beside what goes through the layer: a way without factors. Without skips the first layer had some 1e-13 of the last one's.",
  },
  {
    question: "Train the twenty sigmoids. Does the loss fall to 0, with 64 examples to learn by heart?",
    choices: ["Yes", "It stays near the targets' variance: only the last layers learn"], answer: 1,
    setting: { activation: "sigmoid", steps: 200 }, trains: true,
    see: "The first layers hear nothing, so the network can do no better than a constant.",
  },
];

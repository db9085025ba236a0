// The guide of the view of runs: predict, try, see. `setting` is what the address would hold, of the reader's own runs.
export const steps = [
  {
    question: "The broad, pale curve is the loss on the examples that are learned from, the dashed one that on examples that are kept apart. In a long training, which of them most often ends higher?",
    choices: ["The loss of training", "The loss on what is kept apart", "They are the same"],
    answer: 1,
    setting: { quantity: "loss", log: false },
    see: "The dashed one: the weights were chosen for the examples that are learned from. Where it lies below in yours, dropout or other noise may be at work in training alone, or the part kept apart is easier.",
  },
  {
    question: "On an axis of powers of ten, a curve that falls by the same factor in each epoch is a straight line. Is that how losses mostly fall?",
    choices: ["Yes, to the end", "Steep at first, then flatter"],
    answer: 1,
    setting: { quantity: "loss", log: true },
    see: "What is common to all examples is learned in few epochs; what is left is rare, or noise. Where the dashed curve turns up while the solid one falls on, the network learns its examples by heart: early stopping keeps the weights of the dashed curve's lowest point.",
  },
  {
    question: "Below are truth, prediction and baseline of one sample, in one scale of colours. A network was trained for the least squared error: how large are the extremes of its maps, most often?",
    choices: ["Smaller than those of the truth", "As large", "Larger"],
    answer: 0,
    setting: { sample: -1 },
    see: "A forecast that is to have the least squared error gives the mean of what may come, which is smoother than what comes. Choose a cell on a map: its series shows the same in time, and RMSE and r of that cell say how much is foretold.",
  },
];

// The guide of the network view: predict, try, see. `setting` is what the address would hold.
export const steps = [
  {
    question: "Thirty noisy points of a sine, and a network with one hidden layer of a single tanh unit. What can it draw?",
    choices: ["A sine", "One step up or down, and flat beyond it", "Any curve, if it trains for long"],
    answer: 1,
    setting: { layers: "1", activations: "tanh", epochs: 2000, patience: 2000 },
    see: "The function is a weight times tanh(w x + b), plus a bias: one step. Each further unit adds a step of its own; the parts are shown below the curves.",
  },
  {
    question: "Two hidden layers of 8 tanh units, 8 points in place of 30. Beyond the points, from 4 to 6, what does it do?",
    choices: ["It goes on as the sine does", "It flattens or runs on as the outermost units do", "It returns to 0"],
    answer: 1,
    setting: { count: 8, noise: 0, epochs: 2000, patience: 2000 },
    see: "Nothing pulls it there. Show the Gaussian process: its band opens where there are no points. The network does not say that it does not know.",
  },
  {
    question: "The same network with the rate at 1 in place of 0.01. What does the loss do?",
    choices: ["It falls a hundred times sooner", "It jumps, and stays far above where it would be", "It does not change at all"],
    answer: 1,
    setting: { rate: 1, epochs: 300, patience: 300 },
    see: "Adam's steps are about as long as the rate. Steps of 1 bring the weights to where tanh is flat, and there the slopes are too small to come back. Train again with 0.1 and with 0.01; the rate may be changed while it trains.",
  },
  {
    question: "Twelve points with much noise, and two layers of 50 units that train for long. What does the curve go through?",
    choices: ["The middle of the points, as the sine", "The points themselves, noise and all"],
    answer: 1,
    setting: { count: 12, noise: 0.4, layers: "50,50", activations: "tanh,tanh", solver: "lbfgs", alpha: 0, epochs: 2000 },
    see: "It learns the noise: 2,701 weights for 12 points. Raise the L2 penalty to 0.03 and the curve calms down; at 1 nothing is left of it but a level line.",
  },
  {
    question: "Two classes in the pattern of exclusive or. Can a network without a hidden layer tell them apart?",
    choices: ["Yes", "No: it has one straight border"],
    answer: 1,
    setting: { task: "classes", data: "xor", count: 100, noise: 0.1, layers: "", activations: "", epochs: 500 },
    see: "Without a hidden layer the border is a straight line: it leaves 37 of the 100 points on the wrong side. Add a layer of 4 units.",
  },
  {
    question: "One circle within another: how many ReLU units, at the least, close a border around the inner one?",
    choices: ["1", "2", "3"],
    answer: 2,
    setting: { task: "classes", data: "circles", count: 100, noise: 0.05, layers: "3", activations: "relu", rate: 0.03, epochs: 1000, seed: 0, patience: 100 },
    see: "Each ReLU unit brings one bend along a line; three lines make a triangle, the first shape that closes. Try 2. Other seeds may be less lucky with 3.",
  },
];

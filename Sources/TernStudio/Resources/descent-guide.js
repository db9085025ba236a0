// The guide of the descent view: predict, try, see. `setting` is what the address would hold.
export const steps = [
  {
    question: "Gradient descent on x² from 10 with a rate of 0.1: each step goes against the slope, 2x. How does the distance from the minimum change?",
    choices: ["It falls by the same factor in each step", "It falls by the same amount in each step", "It falls faster and faster"],
    answer: 0,
    setting: { function: "quadratic", start: "10", optimizers: ["sgd"], rate: 0.1, steps: 20 },
    see: "The new x is x − 0.1 · 2x = 0.8 x: a factor of 0.8, since the slope shrinks with the distance.",
  },
  {
    question: "The same with a rate of 1.05. What happens?",
    choices: ["It arrives sooner", "It stays where it is", "It swings to and fro and leaves"],
    answer: 2,
    setting: { function: "quadratic", start: "10", optimizers: ["sgd"], rate: 1.05, steps: 20 },
    see: "Now the factor is 1 − 2.1 = −1.1: each step lands on the other side, further away. Beyond a rate of 1 the search on x² leaves all bounds.",
  },
  {
    question: "A function with many valleys, from 10. Does gradient descent find the lowest of them?",
    choices: ["Yes, always", "It ends in the valley in which it begins, unless steps are long", "No, never"],
    answer: 1,
    setting: { function: "cosine", start: "10", optimizers: ["sgd"], rate: 0.1, steps: 60 },
    see: "It sees the slope where it stands and nothing else. Show the basins: each start is coloured by the valley in which its search ends. Longer steps (a rate of 2) jump between valleys.",
  },
  {
    question: "A bent, narrow valley (Rosenbrock's): which of the three is lowest after 200 steps at a rate of 0.001?",
    choices: ["Plain gradient descent", "Gradient descent with momentum", "Adam"],
    answer: 1,
    setting: { function: "rosenbrock", start: "-1.2,1", optimizers: ["sgd", "momentum", "adam"], rate: 0.001, steps: 200 },
    see: "Momentum gathers speed along the valley's floor, where slopes are small but agree. Adam's steps are about as long as the rate, whatever the slope: at 0.001 it has hardly begun. Give it a rate of 0.1.",
  },
  {
    question: "On a saddle, beginning a thousandth beside the ridge: what becomes of the search?",
    choices: ["It lingers there, then leaves", "It stops at the saddle point"],
    answer: 0,
    setting: { function: "saddle", start: "-2,0.001", optimizers: ["sgd"], rate: 0.05, steps: 100 },
    see: "One direction shrinks by a factor in each step, the other grows by one; from a thousandth that takes a while, and then the function falls without end.",
  },
  {
    question: "Himmelblau's function has four minima of equal height. With noise on the gradient, as small batches make it, will each seed end in the same one from (0, 0)?",
    choices: ["Yes", "No, noise may decide"],
    answer: 1,
    setting: { function: "himmelblau", start: "0,0", optimizers: ["sgd"], rate: 0.01, steps: 60, noise: 40, seed: 1 },
    see: "Change the seed: from a start near the border of two basins, noise decides. Without noise the path is the same each time.",
  },
];

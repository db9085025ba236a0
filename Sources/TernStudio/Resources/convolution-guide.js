// The guide of the convolution view: predict, try, see. `setting` is what the address would hold.
export const steps = [
  {
    question: "A kernel of 2 × 2 slides over 3 × 3 numbers, without padding. How many numbers come out?",
    choices: ["9", "4", "6"], answer: 1,
    setting: { digits: "0 1 2;3 4 5;6 7 8", kernel: "0 1; 2 3", at: "1,0" },
    see: "The window has 3 − 2 + 1 = 2 places along each dimension: 2 × 2. Move over the output: the product is written out.",
  },
  {
    question: "With a rim of one zero on each side, the same kernel: how many rows has the output now?",
    choices: ["3", "4", "5"], answer: 1,
    setting: { digits: "0 1 2;3 4 5;6 7 8", kernel: "0 1; 2 3", padding: "explicit", margin: 1, at: "0,0" },
    see: "⌊(3 + 1 + 1 − 2) / 1⌋ + 1 = 4. At the corner the window sees one number and three zeros.",
  },
  {
    question: "Point at an input: the middle of 8 × 8 cells under a kernel of 3 × 3. How many outputs does it feed, and how many does a corner?",
    choices: ["9 and 1", "9 and 9", "3 and 1"], answer: 0,
    setting: { digits: Array(8).fill("1 1 1 1 1 1 1 1").join(";"), kernel: "1 1 1; 1 1 1; 1 1 1", at: "3,3", from: "input" },
    see: "Nine windows see the middle, one sees the corner: without padding the rim counts less, layer by layer.",
  },
  {
    question: "A dilation of 2 spreads the cells of a 3 × 3 kernel. How many of 5 × 5 inputs does an output see?",
    choices: ["25", "9", "4"], answer: 1,
    setting: { digits: "0 1 2 3 4;5 6 7 8 9;10 11 12 13 14;15 16 17 18 19;20 21 22 23 24", kernel: "1 1 1; 1 1 1; 1 1 1", dilation: 2, at: "0,0" },
    see: "Still nine, but they span (3 − 1) · 2 + 1 = 5 cells: a wide view for few weights. Dilate by 3 and there is no place left.",
  },
  {
    question: "The largest of each window of 2 × 2. Which inputs does an output's gradient reach?",
    choices: ["All four, by a quarter", "The largest alone", "None"], answer: 1,
    setting: { digits: "1 3 2 0;4 2 1 1;0 1 5 6;2 1 7 8", operation: "maximum", window: 2, stride: 2, at: "1,1" },
    see: "A small change of the others changes nothing. With the mean it is a quarter each.",
  },
  {
    question: "On the sea-surface temperature the kernel (−0.5 0 0.5), along a row. Where is the output far from 0?",
    choices: ["Where it is warm", "Where temperature changes from west to east", "At the coast alone"], answer: 1,
    setting: { input: "sst", kernel: "0 0 0; -0.5 0 0.5; 0 0 0", at: "5,12" },
    see: "It is half the difference of the eastern and the western neighbour: a slope. Windows that touch land have no value.",
  },
];

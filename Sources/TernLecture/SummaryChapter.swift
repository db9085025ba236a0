import Tern

/// The lecture in a page: its ideas, its sources, and to whom its data belong.
struct SummaryChapter: Chapter {
    let name = "summary"
    let title = "Summary, sources and credits"

    func write(on page: inout LecturePage) {
        page.text("What to take home:")
        page.list(
            "A network is sums and bends. Without bends it is a line, with enough of them it is any curve: \(page.link("neurons", to: "neuron")), \(page.link("activations", to: "activation")).",
            "A fit says nothing until it is judged on what it has not seen, beside the simplest model that could do: \(page.link("regression", to: "regression")), \(page.link("overfitting", to: "overfitting")).",
            "Training walks downhill on noisy gradients. Rates, momentum and schedules decide whether it arrives: \(page.link("descent", to: "descent")), \(page.link("optimisation", to: "optimisation")).",
            "Fields ask for convolutions: the same few weights everywhere, each looking at its neighbourhood: \(page.link("convolution", to: "convolution")).",
            "In the earth sciences the linear model is often hard to beat. Say by how much it was, over how many seeds, and on which data: \(page.link("rain", to: "precipitation")), \(page.link("emulator", to: "emulator"))."
        )
        page.heading("Sources")
        page.list(
            "A. Zhang, Z. C. Lipton, M. Li and A. J. Smola, [Dive into Deep Learning](https://d2l.ai): from linear networks to convolutions, with the worked examples of windows and shapes.",
            "scikit-learn, [User guide](https://scikit-learn.org/stable/user_guide.html): perceptrons, Gaussian processes, the split of data.",
            "I. Goodfellow, Y. Bengio and A. Courville, [Deep Learning](https://www.deeplearningbook.org), 2016.",
            "W. S. McCulloch and W. Pitts, [A logical calculus of the ideas immanent in nervous activity](https://doi.org/10.1007/BF02478259), 1943.",
            "D. P. Kingma and J. Ba, [Adam: a method for stochastic optimization](https://arxiv.org/abs/1412.6980), 2015.",
            "D. Watson-Parris and others, [ClimateBench v1.0](https://doi.org/10.1029/2021MS002954), 2022.",
            "Keras, [Layers](https://keras.io/api/layers/) and [Optimizers](https://keras.io/api/optimizers/), whose definitions Tern's follow."
        )
        page.text("Each section names more of them at its end.")
        page.heading("Data")
        page.list(
            "Sea-surface temperature: OSTIA, Met Office; contains public sector information licensed under the Open Government Licence v3.0.",
            "Coastlines: Natural Earth, public domain.",
            "Rain and emulator: made by Tern (`tern make-data`), unless a file was given; they are no observations, and scores on them say nothing of the real climate.",
            "Everything else is drawn from NumPy's random streams by the seeds that the code shows.")
    }
}

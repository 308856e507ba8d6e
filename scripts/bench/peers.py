"""What mdl is timed against. Each contestant works in a process of its own, on one thread:

    peers.py keras_step|torch_step|sklearn_step TABLE       prints the seconds of a step
    peers.py sgemm BATCH STEPS WIDTH...                     prints the seconds of a step's matrix products
    peers.py keras_command|sklearn_command TABLE FOLDER     from the table to a saved and scored model

A table is a CSV file of numbers whose last column is the class, 0 or 1. Everything is imported where it is used: a
contestant pays for its own imports only.
"""
import sys
import time

BATCH = 32


def read(table):
    import pandas
    frame = pandas.read_csv(table, dtype="float32")
    return frame.iloc[:, :-1].to_numpy(), frame.iloc[:, -1].to_numpy()


def keras_network(inputs, metrics):
    import tensorflow
    tensorflow.config.threading.set_intra_op_parallelism_threads(1)
    tensorflow.config.threading.set_inter_op_parallelism_threads(1)
    import keras
    keras.utils.set_random_seed(0)
    network = keras.Sequential([keras.Input((inputs,)), keras.layers.Dense(10, "relu"), keras.layers.Dense(1, "sigmoid")])
    network.compile(optimizer="adam", loss="binary_crossentropy", metrics=metrics)
    return network


def sklearn_network(epochs):
    import warnings
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.neural_network import MLPClassifier
    warnings.simplefilter("ignore", ConvergenceWarning)
    return MLPClassifier(hidden_layer_sizes=(10,), batch_size=BATCH, alpha=0, max_iter=epochs, random_state=0)


def keras_step(table):
    """The second epoch of two: the first one compiles. Without accuracy: mdl counts that on validation rows alone."""
    inputs, classes = read(table)
    network = keras_network(inputs.shape[1], metrics=[])
    import keras
    started = []
    clock = keras.callbacks.LambdaCallback(on_epoch_begin=lambda epoch, logs: started.append(time.perf_counter()))
    network.fit(inputs, classes, batch_size=BATCH, epochs=2, verbose=0, callbacks=[clock])
    print((time.perf_counter() - started[1]) / (len(inputs) / BATCH))


def torch_step(table):
    import torch
    torch.set_num_threads(1)
    torch.manual_seed(0)
    inputs, classes = (torch.from_numpy(array.copy()) for array in read(table))
    classes = classes.unsqueeze(1)
    network = torch.nn.Sequential(torch.nn.Linear(inputs.shape[1], 10), torch.nn.ReLU(), torch.nn.Linear(10, 1))
    loss = torch.nn.BCEWithLogitsLoss()
    optimizer = torch.optim.Adam(network.parameters(), fused=True)

    def train(rows):
        for batch in torch.randperm(rows).split(BATCH):
            optimizer.zero_grad()
            loss(network(inputs[batch]), classes[batch]).backward()
            optimizer.step()

    train(100 * BATCH)
    start = time.perf_counter()
    train(len(inputs))
    print((time.perf_counter() - start) / (len(inputs) / BATCH))


def sklearn_step(table):
    inputs, classes = read(table)
    network = sklearn_network(epochs=1)
    start = time.perf_counter()
    network.fit(inputs, classes)
    print((time.perf_counter() - start) / (len(inputs) / BATCH))


def sgemm(batch, steps, *widths):
    """The products of a step alone: outputs, weight gradients, input gradients; the first layer needs none of the last."""
    import torch
    torch.set_num_threads(1)
    torch.manual_seed(0)
    batch, steps, widths = int(batch), int(steps), [int(width) for width in widths]
    products = []
    for i, (width_in, width_out) in enumerate(zip(widths, widths[1:])):
        inputs, weights, outputs = torch.randn(batch, width_in), torch.randn(width_out, width_in), torch.randn(batch, width_out)
        pairs = [(inputs, weights.t()), (outputs.t(), inputs)] + ([(outputs, weights)] if i > 0 else [])
        products += [(a, b, torch.mm(a, b)) for a, b in pairs]

    def multiply(steps):
        for _ in range(steps):
            for a, b, out in products:
                torch.mm(a, b, out=out)

    multiply(max(1, steps // 10))
    start = time.perf_counter()
    multiply(steps)
    print((time.perf_counter() - start) / steps)


def split(table):
    """Four fifths and one fifth of the rows, standardised by the former."""
    import numpy
    inputs, classes = read(table)
    order = numpy.random.default_rng(0).permutation(len(inputs))
    test, train = numpy.split(order, [len(inputs) // 5])
    mean, scale = inputs[train].mean(axis=0), inputs[train].std(axis=0)
    inputs = (inputs - mean) / scale
    return inputs[train], classes[train], inputs[test], classes[test], (mean, scale)


def tell_scores(classes, predicted):
    hits = (predicted * classes).sum()
    print(f"accuracy {(predicted == classes).mean():.4f}  f1 {2 * hits / (predicted.sum() + classes.sum()):.4f}")


def keras_command(table, folder):
    inputs, classes, test_inputs, test_classes, _ = split(table)
    network = keras_network(inputs.shape[1], metrics=["accuracy"])
    network.fit(inputs, classes, batch_size=BATCH, epochs=2, verbose=0)
    tell_scores(test_classes, network.predict(test_inputs, batch_size=1024, verbose=0)[:, 0] > 0.5)
    network.save(folder + "/model.keras")


def sklearn_command(table, folder):
    inputs, classes, test_inputs, test_classes, scaling = split(table)
    network = sklearn_network(epochs=2).fit(inputs, classes)
    tell_scores(test_classes, network.predict(test_inputs))
    import joblib
    joblib.dump((scaling, network), folder + "/model.joblib")


if __name__ == "__main__":
    globals()[sys.argv[1]](*sys.argv[2:])

"""What mdl predict is timed against. Each contestant works in a process of its own:

    predict_peers.py train TABLE FOLDER                                         all models, of one hidden layer of ten
    predict_peers.py keras|sklearn|onnx FOLDER TABLE OUTPUT                     the table with label and probabilities behind each row

A table is a CSV file of numbers whose last column is the class, 0 or 1. Everything is imported where it is used.
"""
import sys


def train(table, folder):
    import joblib
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler
    from peers import keras_network, read, sklearn_network
    inputs, classes = read(table)
    scaler = StandardScaler().fit(inputs)
    network = sklearn_network(epochs=2).fit(scaler.transform(inputs), classes.astype("int64"))
    joblib.dump(make_pipeline(scaler, network), folder + "/model.joblib")
    write_onnx(scaler, network, folder + "/model.onnx")
    import keras
    theirs = keras_network(inputs.shape[1], metrics=[])
    theirs.fit(scaler.transform(inputs), classes, batch_size=32, epochs=1, verbose=0)
    normalization = keras.layers.Normalization(mean=scaler.mean_, variance=scaler.var_)
    keras.Sequential([keras.Input((inputs.shape[1],)), normalization, *theirs.layers]).save(folder + "/model.keras")


def write_onnx(scaler, network, path):
    """Scaling, two products, sigmoid: what a converter would write."""
    from onnx import TensorProto, checker, helper, numpy_helper, save
    weights = {"mean": scaler.mean_, "scale": scaler.scale_}
    for i, (weight, bias) in enumerate(zip(network.coefs_, network.intercepts_)):
        weights |= {f"w{i}": weight, f"b{i}": bias}
    nodes = [helper.make_node("Sub", ["x", "mean"], ["centred"]), helper.make_node("Div", ["centred", "scale"], ["scaled"]),
             helper.make_node("Gemm", ["scaled", "w0", "b0"], ["z0"]), helper.make_node("Relu", ["z0"], ["h0"]),
             helper.make_node("Gemm", ["h0", "w1", "b1"], ["z1"]), helper.make_node("Sigmoid", ["z1"], ["p"])]
    graph = helper.make_graph(nodes, "network", [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["rows", len(scaler.mean_)])],
                              [helper.make_tensor_value_info("p", TensorProto.FLOAT, ["rows", 1])],
                              [numpy_helper.from_array(value.astype("float32"), name) for name, value in weights.items()])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    checker.check_model(model)
    save(model, path)


def read_frame(table):
    import pandas
    frame = pandas.read_csv(table)
    return frame, frame.iloc[:, :-1].to_numpy("float32")


def write_frame(frame, positive, output):
    frame["prediction"] = (positive >= 0.5).astype("int64")
    frame["p_0"] = 1 - positive
    frame["p_1"] = positive
    frame.to_csv(output, index=False)


def keras(folder, table, output):
    import keras
    frame, inputs = read_frame(table)
    network = keras.models.load_model(folder + "/model.keras")
    write_frame(frame, network.predict(inputs, verbose=0)[:, 0], output)


def sklearn(folder, table, output):
    import joblib
    frame, inputs = read_frame(table)
    write_frame(frame, joblib.load(folder + "/model.joblib").predict_proba(inputs)[:, 1], output)


def onnx(folder, table, output):
    import onnxruntime
    frame, inputs = read_frame(table)
    session = onnxruntime.InferenceSession(folder + "/model.onnx", providers=["CPUExecutionProvider"])
    write_frame(frame, session.run(None, {"x": inputs})[0][:, 0], output)


if __name__ == "__main__":
    globals()[sys.argv[1]](*sys.argv[2:])

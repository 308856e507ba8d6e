"""What one would write to serve the network in Python: FastAPI on uvicorn with its C parts, JSON by orjson, nothing checked.

    ENGINE=torch|onnx MODEL=model.safetensors uvicorn serve_peers:app

POST /predict takes {"rows": [[...], ...]} and answers {"probabilities": [...]}.
"""
import json
import os

import numpy
import orjson
from fastapi import FastAPI, Request, Response


def layers(path):
    """Weights and biases of a plain network; the first of them takes the numbers as they are."""
    data = open(path, "rb").read()
    size = int.from_bytes(data[:8], "little")
    types = {"F32": numpy.float32, "F64": numpy.float64}
    tensors = {}
    for name, of in json.loads(data[8:8 + size]).items():
        if name != "__metadata__" and of["dtype"] in types:
            begin, end = of["data_offsets"]
            tensors[name] = numpy.frombuffer(data[8 + size + begin:8 + size + end], types[of["dtype"]]).reshape(of["shape"]).astype(float)
    numbers = sorted({int(name.split(".")[0]) for name in tensors if name[0].isdigit()})
    found = [(tensors[f"{k}.weight"], tensors[f"{k}.bias"]) for k in numbers]
    weight, bias = found[0]
    found[0] = weight / tensors["encoder.scale"], bias - weight @ (tensors["encoder.center"] / tensors["encoder.scale"])
    return [(weight.astype(numpy.float32), bias.astype(numpy.float32)) for weight, bias in found]


def torch_engine(network):
    import torch

    torch.set_num_threads(1)
    modules = []
    for weight, bias in network:
        linear = torch.nn.Linear(weight.shape[1], weight.shape[0])
        linear.load_state_dict({"weight": torch.from_numpy(weight), "bias": torch.from_numpy(bias)})
        modules += [linear, torch.nn.ReLU()]
    model = torch.nn.Sequential(*modules[:-1], torch.nn.Sigmoid()).eval()

    def answer(rows):
        with torch.inference_mode():
            return model(torch.tensor(rows)).flatten().tolist()

    return answer


def onnx_engine(network):
    import onnx
    import onnxruntime
    from onnx import TensorProto, helper, numpy_helper

    nodes, weights, last = [], [], "x"
    for k, (weight, bias) in enumerate(network):
        weights += [numpy_helper.from_array(weight, f"w{k}"), numpy_helper.from_array(bias, f"b{k}")]
        nodes.append(helper.make_node("Gemm", [last, f"w{k}", f"b{k}"], [f"z{k}"], transB=1))
        nodes.append(helper.make_node("Sigmoid" if k + 1 == len(network) else "Relu", [f"z{k}"], [f"a{k}"]))
        last = f"a{k}"
    graph = helper.make_graph(nodes, "network", [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["rows", network[0][0].shape[1]])],
                              [helper.make_tensor_value_info(last, TensorProto.FLOAT, ["rows", 1])], weights)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    session = onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
    return lambda rows: session.run(None, {"x": numpy.array(rows, numpy.float32)})[0].ravel().tolist()


engine = {"torch": torch_engine, "onnx": onnx_engine}[os.environ["ENGINE"]](layers(os.environ["MODEL"]))
app = FastAPI()


@app.post("/predict")
async def predict(request: Request):
    rows = orjson.loads(await request.body())["rows"]
    return Response(orjson.dumps({"probabilities": engine(rows)}), media_type="application/json")

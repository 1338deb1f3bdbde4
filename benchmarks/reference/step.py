"""The training step of SBNN as a PyTorch user would write it, with which benchmarks/Step compares its times.

Two networks with learned {alpha, beta}: a ResNet-18 in IR-Net's style and ReActNet-18, both for 32x32 images. A step mixes the batch,
runs forward and backward, adds the gradient of the sparsity penalty (Eq. 16-18), steps Adam and clamps the binary weights to +-1.5.

For each line on standard input the program runs one step and prints the step's processor time in seconds. It requires PyTorch 1.13 or later
(Debian: python3-torch).
"""

import argparse
import sys
import time

import torch
from torch import nn
from torch.nn import functional as F

BOUND = 1.5
SLOPE_T, SLOPE_K = 0.464, 2.154  # The slopes of IR-Net's surrogate gradient after a third of the training.


class IrSign(torch.autograd.Function):
    """sgn(v), with the derivative k*t*(1 - tanh(t*v)^2)."""

    @staticmethod
    def forward(ctx, v):
        ctx.save_for_backward(v)
        return torch.sign(v)

    @staticmethod
    def backward(ctx, gradient):
        (v,) = ctx.saved_tensors
        return gradient * (SLOPE_K * SLOPE_T * (1 - torch.tanh(SLOPE_T * v) ** 2))


class ReActSign(torch.autograd.Function):
    """sgn(x), with the derivative 2 - 2|x| on [-1, 1] and 0 elsewhere."""

    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return torch.sign(x)

    @staticmethod
    def backward(ctx, gradient):
        (x,) = ctx.saved_tensors
        return gradient * (2 - 2 * x.abs()).clamp(min=0)


class StraightSign(torch.autograd.Function):
    """sgn(w) with sgn(0) = -1, with the derivative 1."""

    @staticmethod
    def forward(ctx, w):
        return torch.where(w > 0, 1.0, -1.0)

    @staticmethod
    def backward(ctx, gradient):
        return gradient


class SparseBinaryConv(nn.Conv2d):
    """A 3x3 convolution whose weights are tau*sgn(w) + phi."""

    def __init__(self, inputs, outputs, stride, sign):
        super().__init__(inputs, outputs, 3, stride, padding=1, bias=False)
        self.sign = sign
        self.tau = nn.Parameter(torch.ones([]))
        self.phi = nn.Parameter(torch.zeros([]))

    def forward(self, x):
        return F.conv2d(x, self.tau * self.sign.apply(self.weight) + self.phi, None, self.stride, self.padding)


class IrBlock(nn.Module):
    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.conv1 = SparseBinaryConv(inputs, outputs, stride, IrSign)
        self.bn1 = nn.BatchNorm2d(outputs)
        self.conv2 = SparseBinaryConv(outputs, outputs, 1, IrSign)
        self.bn2 = nn.BatchNorm2d(outputs)
        self.shortcut = nn.Identity() if stride == 1 else nn.Sequential(
            nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs))

    def forward(self, x):
        y = F.hardtanh(self.bn1(self.conv1(IrSign.apply(x))))
        y = self.bn2(self.conv2(IrSign.apply(y)))
        return F.hardtanh(y + self.shortcut(x))


class ReActBlock(nn.Module):
    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.move = nn.Parameter(torch.zeros(1, inputs, 1, 1))
        self.conv = SparseBinaryConv(inputs, outputs, stride, StraightSign)
        self.bn = nn.BatchNorm2d(outputs)
        self.shortcut = nn.Identity() if stride == 1 else nn.Sequential(
            nn.AvgPool2d(2), nn.Conv2d(inputs, outputs, 1, bias=False), nn.BatchNorm2d(outputs))
        self.shift_in = nn.Parameter(torch.zeros(1, outputs, 1, 1))
        self.prelu = nn.PReLU(outputs)
        self.shift_out = nn.Parameter(torch.zeros(1, outputs, 1, 1))

    def forward(self, x):
        y = self.bn(self.conv(ReActSign.apply(x + self.move))) + self.shortcut(x)
        return self.prelu(y + self.shift_in) + self.shift_out


class ResNet18(nn.Module):
    def __init__(self, width, classes=10):
        super().__init__()
        self.stem = nn.Sequential(nn.Conv2d(3, width, 3, padding=1, bias=False), nn.BatchNorm2d(width))
        blocks, channels = [], width
        for stage in range(4):
            for block in range(2):
                outputs = width << stage
                blocks.append(IrBlock(channels, outputs, 2 if stage > 0 and block == 0 else 1))
                channels = outputs
        self.blocks = nn.Sequential(*blocks)
        self.bn = nn.BatchNorm1d(channels)
        self.linear = nn.Linear(channels, classes)

    def forward(self, x):
        x = F.avg_pool2d(self.blocks(self.stem(x)), 4).flatten(1)
        return F.log_softmax(self.linear(self.bn(x)), 1)


class ReActNet18(nn.Module):
    def __init__(self, width, outputs=1000):
        super().__init__()
        self.stem = nn.Sequential(nn.Conv2d(3, width, 3, padding=1, bias=False), nn.BatchNorm2d(width), nn.MaxPool2d(3, 2, 1))
        blocks, channels = [], width
        for stage in range(4):
            for block in range(4):
                blocks.append(ReActBlock(channels, width << stage, 2 if stage > 0 and block == 0 else 1))
                channels = width << stage
        self.blocks = nn.Sequential(*blocks)
        self.linear = nn.Linear(channels, outputs)

    def forward(self, x):
        return F.log_softmax(self.linear(self.blocks(self.stem(x)).mean([2, 3])), 1)


class Step:
    def __init__(self, network, batch, target=0.05, gamma=0.07, mixing=0.3):
        self.network, self.target, self.gamma, self.mixing = network.train(), target, gamma, mixing
        self.binary = [layer.weight for layer in network.modules() if isinstance(layer, SparseBinaryConv)]
        self.weights = sum(weight.numel() for weight in self.binary)
        self.adam = torch.optim.Adam(network.parameters(), lr=1e-3)
        self.images, self.labels = torch.randn(batch, 3, 32, 32), torch.randint(0, 10, (batch,))
        self.partners = torch.randperm(batch)

    def run(self):
        mixed = self.mixing * self.images + (1 - self.mixing) * self.images[self.partners]
        output = self.network(mixed)
        loss = self.mixing * F.nll_loss(output, self.labels) + (1 - self.mixing) * F.nll_loss(output, self.labels[self.partners])
        excess = sum((weight > 0).sum() for weight in self.binary).item() / self.weights - self.target
        self.adam.zero_grad()
        loss.backward()
        with torch.no_grad():
            if excess > 1e-4:
                penalty = self.gamma / (1 - self.gamma) * loss.item() / excess / (2 * self.weights)
                for weight in self.binary:
                    weight.grad.add_(penalty)
            self.adam.step()
            for weight in self.binary:
                weight.clamp_(-BOUND, BOUND)
        return loss.item()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("network", choices=["resnet18", "reactnet18"])
    parser.add_argument("--width", type=int, default=64, help="channels of the first stage")
    parser.add_argument("--batch", type=int, default=64, help="images in a batch")
    parser.add_argument("--threads", type=int, default=2, help="threads of torch's operations")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.manual_seed(1)
    network = ResNet18(options.width) if options.network == "resnet18" else ReActNet18(options.width)
    step = Step(network, options.batch)
    print("ready", torch.__version__, flush=True)
    for _ in sys.stdin:
        before = time.process_time()
        step.run()
        print(time.process_time() - before, flush=True)


if __name__ == "__main__":
    main()

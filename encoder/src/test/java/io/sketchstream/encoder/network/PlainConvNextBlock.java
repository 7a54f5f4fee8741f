package io.sketchstream.encoder.network;

import io.sketchstream.images.PreparedImage;

/// The network of `convnext_block.json` once more, pixel by pixel in double precision: shares
/// nothing with the one that is tested but the weights.
final class PlainConvNextBlock {
  private static final int WIDTH = 16;
  private static final double[] MEAN = {.485, .456, .406};
  private static final double[] STD = {.229, .224, .225};

  private final Weights weights;

  PlainConvNextBlock(Weights weights) {
    this.weights = weights;
  }

  double[] features(PreparedImage image) {
    int side = image.size() / 4;
    double[][][] stem = stem(image, side);
    double[] mean = new double[WIDTH];
    for (int y = 0; y < side; y++) {
      for (int x = 0; x < side; x++) {
        double[] pixel = block(stem, side, x, y);
        for (int c = 0; c < WIDTH; c++) {
          mean[c] += pixel[c] / (side * side);
        }
      }
    }
    return norm(mean, "norm");
  }

  private double[][][] stem(PreparedImage image, int side) {
    float[] kernel = values("stem.conv.weight");
    double[][][] out = new double[side][side][];
    for (int y = 0; y < side; y++) {
      for (int x = 0; x < side; x++) {
        double[] pixel = new double[WIDTH];
        for (int c = 0; c < WIDTH; c++) {
          pixel[c] = values("stem.conv.bias")[c];
          for (int in = 0; in < 3; in++) {
            for (int k = 0; k < 16; k++) {
              int at = ((4 * y + k / 4) * image.size() + 4 * x + k % 4) * 3 + in;
              double value = ((image.rgb()[at] & 255) / 255.0 - MEAN[in]) / STD[in];
              pixel[c] += kernel[(c * 3 + in) * 16 + k] * value;
            }
          }
        }
        out[y][x] = norm(pixel, "stem.norm");
      }
    }
    return out;
  }

  private double[] block(double[][][] in, int side, int x, int y) {
    float[] kernel = values("block.depthwise.weight");
    double[] mixed = new double[WIDTH];
    for (int c = 0; c < WIDTH; c++) {
      mixed[c] = values("block.depthwise.bias")[c];
      for (int k = 0; k < 49; k++) {
        int row = y + k / 7 - 3;
        int column = x + k % 7 - 3;
        if (row >= 0 && row < side && column >= 0 && column < side) {
          mixed[c] += kernel[c * 49 + k] * in[row][column][c];
        }
      }
    }
    double[] wide = linear(norm(mixed, "block.norm"), "block.expand");
    for (int i = 0; i < wide.length; i++) {
      wide[i] *= (1 + erf(wide[i] / Math.sqrt(2))) / 2;
    }
    double[] out = linear(wide, "block.project");
    for (int c = 0; c < WIDTH; c++) {
      out[c] = in[y][x][c] + out[c] * values("block.scale")[c];
    }
    return out;
  }

  private double[] linear(double[] in, String name) {
    float[] weight = values(name + ".weight");
    float[] bias = values(name + ".bias");
    double[] out = new double[bias.length];
    for (int o = 0; o < out.length; o++) {
      out[o] = bias[o];
      for (int i = 0; i < in.length; i++) {
        out[o] += weight[o * in.length + i] * in[i];
      }
    }
    return out;
  }

  private double[] norm(double[] in, String name) {
    double mean = 0;
    for (double value : in) {
      mean += value / in.length;
    }
    double variance = 0;
    for (double value : in) {
      variance += (value - mean) * (value - mean) / in.length;
    }
    double[] out = new double[in.length];
    for (int i = 0; i < in.length; i++) {
      double unit = (in[i] - mean) / Math.sqrt(variance + 1e-6);
      out[i] = unit * values(name + ".weight")[i] + values(name + ".bias")[i];
    }
    return out;
  }

  /// By its power series, which converges everywhere.
  private static double erf(double x) {
    if (Math.abs(x) > 5) {
      return Math.signum(x);
    }
    double term = x;
    double sum = x;
    for (int n = 1; n < 200; n++) {
      term *= -x * x / n;
      sum += term / (2 * n + 1);
    }
    return 2 / Math.sqrt(Math.PI) * sum;
  }

  private float[] values(String name) {
    return weights.get(name).values();
  }
}

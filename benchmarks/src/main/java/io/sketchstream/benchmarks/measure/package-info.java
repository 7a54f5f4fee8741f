/// What every benchmark needs: options, distributions of times, CPU time. It knows no part of the
/// product.
package io.sketchstream.benchmarks.measure;

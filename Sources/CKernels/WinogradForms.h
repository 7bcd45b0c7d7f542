// Minimal filtering in one dimension, F(outputs, taps): y = Aᵀ[(G w) ⊙ (Bᵀ d)] for the correlation of
// `points` data with `taps` weights (Winograd 1980; Lavin and Gray 2016, section 4). Its two adjoints
// use the same matrices: the data's gradient is B[(G w) ⊙ (A g)], the weights' is Gᵀ[(Bᵀ d) ⊙ (A g)].
//
// Each function applies one matrix to vectors of any type.
#pragma once

#include <utility>

namespace gansh {

/// Points 0, 1, ∞. No multiplications, and hardly any loss: 3 products for 4.
struct F2x2 {
  static constexpr int outputs = 2, taps = 2, points = 3;
  template <class V> static void data(const V *d, V *v) {  // Bᵀ
    v[0] = d[0] - d[1];
    v[1] = d[1];
    v[2] = d[2] - d[1];
  }
  template <class V> static void weights(const V *w, V *u) {  // G
    u[0] = w[0];
    u[1] = w[0] + w[1];
    u[2] = w[1];
  }
  template <class V> static void result(const V *m, V *y) {  // Aᵀ
    y[0] = m[0] + m[1];
    y[1] = m[1] + m[2];
  }
  template <class V> static void cotangent(const V *g, V *z) { weights(g, z); }   // A
  template <class V> static void weight_gradient(const V *m, V *w) { result(m, w); }  // Gᵀ
};

/// Points 0, 1, -1, 2, ∞: 5 products for 8.
struct F4x2 {
  static constexpr int outputs = 4, taps = 2, points = 5;
  template <class V> static void data(const V *d, V *v) {
    V odd = d[3] - d[1];
    v[0] = 2.0f * (d[0] - d[2]) + odd;
    v[1] = (d[3] - d[2]) - 2.0f * d[1];
    v[2] = (d[3] - 3.0f * d[2]) + 2.0f * d[1];
    v[3] = odd;
    v[4] = (d[4] - d[2]) - 2.0f * odd;
  }
  template <class V> static void weights(const V *w, V *u) {
    constexpr float sixth = 1.0f / 6;
    u[0] = 0.5f * w[0];
    u[1] = -0.5f * (w[0] + w[1]);
    u[2] = sixth * (w[1] - w[0]);
    u[3] = sixth * w[0] + (2 * sixth) * w[1];
    u[4] = w[1];
  }
  template <class V> static void result(const V *m, V *y) {
    V sum = m[1] + m[2], difference = m[1] - m[2];
    y[0] = (m[0] + sum) + m[3];
    y[1] = difference + 2.0f * m[3];
    y[2] = sum + 4.0f * m[3];
    y[3] = (difference + 8.0f * m[3]) + m[4];
  }
  template <class V> static void cotangent(const V *g, V *z) {
    V even = g[0] + g[2], odd = g[1] + g[3];
    z[0] = g[0];
    z[1] = even + odd;
    z[2] = even - odd;
    z[3] = (g[0] + 2.0f * g[1]) + (4.0f * g[2] + 8.0f * g[3]);
    z[4] = g[3];
  }
  template <class V> static void weight_gradient(const V *m, V *w) {
    constexpr float sixth = 1.0f / 6;
    V a = 0.5f * m[1], b = sixth * m[2], c = sixth * m[3];
    w[0] = (0.5f * m[0] - a) + (c - b);
    w[1] = (b - a) + (2.0f * c + m[4]);
  }
};

/// Points 0, 1, -1, ∞: 4 products for 6.
struct F2x3 {
  static constexpr int outputs = 2, taps = 3, points = 4;
  template <class V> static void data(const V *d, V *v) {
    v[0] = d[0] - d[2];
    v[1] = d[1] + d[2];
    v[2] = d[2] - d[1];
    v[3] = d[3] - d[1];
  }
  template <class V> static void weights(const V *w, V *u) {
    V ends = 0.5f * (w[0] + w[2]), middle = 0.5f * w[1];
    u[0] = w[0];
    u[1] = ends + middle;
    u[2] = ends - middle;
    u[3] = w[2];
  }
  template <class V> static void result(const V *m, V *y) {
    y[0] = m[0] + m[1] + m[2];
    y[1] = (m[1] - m[2]) + m[3];
  }
  template <class V> static void cotangent(const V *g, V *z) {
    z[0] = g[0];
    z[1] = g[0] + g[1];
    z[2] = g[0] - g[1];
    z[3] = g[1];
  }
  template <class V> static void weight_gradient(const V *m, V *w) {
    V sum = 0.5f * (m[1] + m[2]);
    w[0] = m[0] + sum;
    w[1] = 0.5f * (m[1] - m[2]);
    w[2] = sum + m[3];
  }
};

/// Points 0, 1, -1, 2, -2, ∞: 6 products for 12.
struct F4x3 {
  static constexpr int outputs = 4, taps = 3, points = 6;
  template <class V> static void data(const V *d, V *v) {
    V even = d[4] - 4.0f * d[2], odd = d[3] - 4.0f * d[1];
    V near = d[4] - d[2], far = 2.0f * (d[3] - d[1]);
    v[0] = (4.0f * d[0] - 5.0f * d[2]) + d[4];
    v[1] = even + odd;
    v[2] = even - odd;
    v[3] = near + far;
    v[4] = near - far;
    v[5] = (4.0f * d[1] - 5.0f * d[3]) + d[5];
  }
  template <class V> static void weights(const V *w, V *u) {
    constexpr float sixth = 1.0f / 6, twentyFourth = 1.0f / 24, twelfth = 1.0f / 12;
    V ends = -sixth * (w[0] + w[2]), middle = sixth * w[1];
    V far = twentyFourth * w[0] + sixth * w[2], half = twelfth * w[1];
    u[0] = 0.25f * w[0];
    u[1] = ends - middle;
    u[2] = ends + middle;
    u[3] = far + half;
    u[4] = far - half;
    u[5] = w[2];
  }
  template <class V> static void result(const V *m, V *y) {
    V near = m[1] + m[2], nearOdd = m[1] - m[2], far = m[3] + m[4], farOdd = m[3] - m[4];
    y[0] = m[0] + near + far;
    y[1] = nearOdd + 2.0f * farOdd;
    y[2] = near + 4.0f * far;
    y[3] = (nearOdd + 8.0f * farOdd) + m[5];
  }
  template <class V> static void cotangent(const V *g, V *z) {
    V even = g[0] + g[2], odd = g[1] + g[3];
    V farEven = g[0] + 4.0f * g[2], farOdd = 2.0f * g[1] + 8.0f * g[3];
    z[0] = g[0];
    z[1] = even + odd;
    z[2] = even - odd;
    z[3] = farEven + farOdd;
    z[4] = farEven - farOdd;
    z[5] = g[3];
  }
  template <class V> static void weight_gradient(const V *m, V *w) {
    constexpr float sixth = 1.0f / 6, twentyFourth = 1.0f / 24, twelfth = 1.0f / 12;
    V near = -sixth * (m[1] + m[2]), far = m[3] + m[4];
    w[0] = 0.25f * m[0] + near + twentyFourth * far;
    w[1] = sixth * (m[2] - m[1]) + twelfth * (m[3] - m[4]);
    w[2] = near + sixth * far + m[5];
  }
};

}  // namespace gansh

# Writes exact.json beside this file: base R only, so that nothing is shared with the Python code.
# Run: Rscript tests/reference/generate_exact.R   (apt: r-base-core)
num <- function(x) ifelse(is.na(x), "null", sprintf("%.17g", x))
row <- function(...) {
  x <- list(...)
  paste0("    {", paste0('"', names(x), '": ', vapply(x, function(v) if (is.character(v)) paste0('"', v, '"') else if (length(v) > 1) paste0("[", paste(num(v), collapse = ", "), "]") else num(v), ""), collapse = ", "), "}")
}
root <- function(f, lo, hi) uniroot(f, c(lo, hi), tol = 1e-15, maxiter = 10000)$root
out <- list()

# One proportion: exact and mid-p by root finding on the binomial tails, the rest in closed form.
prop <- function(x, n, level) {
  a <- 1 - level / 100; z <- qnorm(1 - a / 2); p <- x / n
  up <- function(q, half) pbinom(x, n, q, lower.tail = FALSE) + half * dbinom(x, n, q) # P(X > x) + half P(X = x)
  tails <- function(half) c(if (x == 0) 0 else root(function(q) up(q, half) - a / 2, 0, 1), if (x == n) 1 else root(function(q) 1 - up(q, 1 - half) - a / 2, 0, 1))
  nt <- n + z^2; pt <- (x + z^2 / 2) / nt
  row(event = x, n = n, level = level, `clopper-pearson` = tails(1), `mid-p` = tails(0.5),
      wilson = pt + c(-1, 1) * z * sqrt(p * (1 - p) / n + z^2 / (4 * n^2)) / (1 + z^2 / n),
      `agresti-coull` = pmin(1, pmax(0, pt + c(-1, 1) * z * sqrt(pt * (1 - pt) / nt))),
      jeffreys = c(if (x == 0) 0 else qbeta(a / 2, x + .5, n - x + .5), if (x == n) 1 else qbeta(1 - a / 2, x + .5, n - x + .5)))
}
out$proportions <- mapply(prop, c(2, 0, 7, 19, 64, 3), c(6, 60, 7, 20, 128, 9), c(95, 95, 90, 99, 80, 95))

# Miettinen-Nurminen, with the restricted risk by optimize() on the likelihood itself.
mn <- function(e, ne, c, nc, level) {
  crit <- qchisq(level / 100, 1); rd <- e / ne - c / nc
  g <- function(d) {
    ll <- function(p) dbinom(e, ne, min(1, max(0, p + d)), log = TRUE) + dbinom(c, nc, p, log = TRUE)
    score <- function(p) e / (p + d) - (ne - e) / (1 - p - d) + c / p - (nc - c) / (1 - p)
    eps <- 1e-13; lo <- max(0, -d) + eps; hi <- min(1, 1 - d) - eps
    p <- if (score(lo) <= 0) lo else if (score(hi) >= 0) hi else root(score, lo, hi)
    v <- ((p + d) * (1 - p - d) / ne + p * (1 - p) / nc) * (ne + nc) / (ne + nc - 1)
    (rd - d)^2 - crit * v
  }
  row(event_e = e, n_e = ne, event_c = c, n_c = nc, level = level, ci = c(root(g, -1 + 1e-9, rd), root(g, rd, 1 - 1e-9)))
}
out$miettinen_nurminen <- mapply(mn, c(9, 3, 30), c(16, 25, 45), c(4, 9, 21), c(15, 24, 44), c(95, 90, 99))

# Power of the t test, both sides counted.
pow <- function(n, delta, type, sig) row(n = n, effect = delta, type = type, level = 100 * (1 - sig), power = power.t.test(n = n, delta = delta, sig.level = sig, type = type, strict = TRUE)$power)
out$power <- mapply(pow, c(5, 12, 20, 3, 30), c(1.2, 0.5, 0.9, 2, 0.1), c("one.sample", "paired", "two.sample", "two.sample", "one.sample"), c(.05, .05, .05, .1, .01))
det <- function(n, power, type, sig) row(n = n, power = power, type = type, level = 100 * (1 - sig), effect = power.t.test(n = n, power = power, sig.level = sig, type = type, strict = TRUE, tol = 1e-13)$delta)
out$detectable <- mapply(det, c(2, 6, 11, 20, 60), c(.8, .9, .8, .8, .95), c("one.sample", "two.sample", "one.sample", "two.sample", "two.sample"), c(.05, .05, .05, .05, .01))

# Two groups as one, from raw numbers: what the formula must return.
a <- c(1.5, 2.25, -3, 8, 4.75); b <- c(10, 7.5, 2)
out$combined <- row(n1 = length(a), mean1 = mean(a), sd1 = sd(a), n2 = length(b), mean2 = mean(b), sd2 = sd(b), n = length(c(a, b)), mean = mean(c(a, b)), sd = sd(c(a, b)))

# Normal-normal with a normal prior on the mean and a half-normal one on tau, by nested integrate().
yi <- c(-0.42, 0.10, -0.75, -0.31); vi <- c(0.09, 0.16, 0.20, 0.05); m0 <- 0.2; s0 <- 0.5; scale <- 0.5
marginal <- Vectorize(function(tau) {
  w <- 1 / (vi + tau^2); S <- diag(vi + tau^2) + s0^2
  exp(-0.5 * (determinant(S)$modulus + t(yi - m0) %*% solve(S) %*% (yi - m0))) * dnorm(tau, 0, scale)
})
given <- function(tau) { w <- 1 / (vi + tau^2); pr <- sum(w) + 1 / s0^2; c((sum(w * yi) + m0 / s0^2) / pr, 1 / sqrt(pr)) }
int <- function(f) integrate(f, 0, 1, rel.tol = 1e-12, subdivisions = 2000)$value + integrate(f, 1, Inf, rel.tol = 1e-12, subdivisions = 2000)$value
total <- int(marginal)
mean_mu <- int(function(t) marginal(t) * sapply(t, function(x) given(x)[1])) / total
p_neg <- int(function(t) marginal(t) * sapply(t, function(x) pnorm(0, given(x)[1], given(x)[2]))) / total
p_new <- int(function(t) marginal(t) * sapply(t, function(x) pnorm(0, given(x)[1], sqrt(given(x)[2]^2 + x^2)))) / total
out$bayes <- row(yi = yi, vi = vi, prior_mean = c(m0, s0), scale = scale, mean = mean_mu, prob_lower = p_neg, prob_lower_new = p_new, tau_mean = int(function(t) t * marginal(t)) / total)

here <- sub("^--file=", "", grep("^--file=", commandArgs(), value = TRUE))
head <- sprintf('  "source": {"R": "%s.%s", "script": "generate_exact.R"}', R.version$major, R.version$minor)
body <- mapply(function(name, rows) sprintf('  "%s": [\n%s\n  ]', name, paste(rows, collapse = ",\n")), names(out), out)
writeLines(c("{", paste(c(head, body), collapse = ",\n"), "}"), file.path(dirname(here), "exact.json"))

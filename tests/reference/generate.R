# Regenerates the pinned results: each case holds the R call that makes it, which is run again on
# the data pinned beside it.
#
#   Rscript tests/reference/generate.R --check    compare only; status 1 where a number differs
#   Rscript tests/reference/generate.R            write the results anew
#
# Debian: r-base-core r-cran-metafor r-cran-metadat r-cran-jsonlite
suppressMessages({library(metafor); library(jsonlite)})

args  <- commandArgs(FALSE)
here  <- dirname(sub("^--file=", "", grep("^--file=", args, value = TRUE)))
check <- "--check" %in% args
kinds <- "_(uni|escalc|sens|metareg|subgroup|bias|mh_peto|pooled_prop)"
files <- grep(kinds, list.files(here, "[.]json$", full.names = TRUE), value = TRUE)

column <- function(x) if (is.list(x)) type.convert(unlist(x), as.is = TRUE) else x
get_or <- function(x, name) if (is.null(x[[name]])) NULL else unname(x[[name]])

rma_fields <- function(f) {
  r <- unclass(f)[c("k", "p", "method", "test", "tau2", "I2", "H2", "R2", "QE", "QEp", "QM", "QMp", "vt")]
  r$tau <- sqrt(r$tau2); r$se_tau2 <- f$se.tau2; r$QE_df <- f$k - f$p; r$QMdf <- f$QMdf
  for (n in c("se", "zval", "pval", "ddf")) r[[n]] <- f[[n]]
  r$beta <- c(f$beta); r$ci_lb <- f$ci.lb; r$ci_ub <- f$ci.ub; r$vb <- unname(f$vb)
  r$coef_names <- rownames(f$beta)
  r$ll_ML <- f$fit.stats["ll", "ML"]; r$ll_REML <- f$fit.stats["ll", "REML"]
  if (inherits(f, "rma.uni") && f$p == 1L) {
    r$predict <- predict_fields(predict(f))
    if (f$test == "z") r$weights_pct <- unname(weights(f))
    if (f$k > 1) r$Q_based_I2 <- max(0, 100 * (f$QE - (f$k - 1)) / f$QE)
  }
  r
}
predict_fields <- function(p) list(pred = p$pred, se = p$se, ci_lb = p$ci.lb, ci_ub = p$ci.ub,
  pi_lb = p$pi.lb, pi_ub = p$pi.ub, ddf = p$ddf, pi_ddf = p$pi.ddf)
table_fields <- function(x) {
  names(x) <- sub("^ci[.]", "ci_", sub("^Q$|^QE$", "Q", names(x)))
  if (!is.null(x$QEp)) x$Qp <- x$QEp
  lapply(unclass(x)[sapply(unclass(x), is.numeric)], unname)
}
confint_fields <- function(x) {
  rows <- c(tau2 = "tau^2", tau = "tau", I2 = "I^2(%)", H2 = "H^2")
  r <- lapply(rows, function(n) as.list(setNames(x$random[n, ], c("est", "lb", "ub"))))
  c(r, list(ci_null = x$ci.null, lb_sign = x$lb.sign, ub_sign = x$ub.sign))
}
influence_fields <- function(x) {
  r <- lapply(unclass(x$inf), unname); names(r) <- gsub("[.]", "_", names(r))
  c(r, list(is_infl = unname(x$is.infl), dfbs = lapply(unclass(x$dfbs), unname)))
}
regtest_fields <- function(x) {
  f <- x$fit
  b <- if (inherits(f, "lm") || inherits(f, "summary.lm")) coef(summary(f)) else cbind(f$beta, f$se)
  list(zval = x$zval, pval = x$pval, ddf = x$ddf, dfs = x$dfs, model = x$model,
       predictor = x$predictor, est = unname(c(x$est)), ci_lb = unname(c(x$ci.lb)),
       ci_ub = unname(c(x$ci.ub)), fit_beta = unname(b[, 1]), fit_se = unname(b[, 2]))
}
mh_fields <- function(f) {
  r <- unclass(f)[c("measure", "k", "se", "zval", "pval", "MH", "MHp", "QE", "QEp", "TA", "TAp",
                    "CO", "COp", "I2", "H2")]
  r$k_yi <- f$k.yi; r$k_pos <- f$k.pos; r$beta <- c(f$beta); r$ci_lb <- f$ci.lb; r$ci_ub <- f$ci.ub
  r
}
between_fields <- function(f, groups) list(Q_between = f$QE, df = f$k - 1, p = f$QEp,
  groups_beta = groups$beta, groups_se = groups$se)

fields_of <- function(x, case, dat) {
  if (startsWith(case$id, "subgroup_Q")) return(between_fields(x, list(beta = c(x$yi), se = sqrt(x$vi))))
  if (inherits(x, "predict.rma") || inherits(x, "list.rma") && !is.null(x$pred)) return(predict_fields(x))
  if (inherits(x, "escalc")) return(list(yi = c(x$yi), vi = x$vi))
  if (inherits(x, "confint.rma")) return(confint_fields(x))
  if (inherits(x, "infl.rma.uni")) return(influence_fields(x))
  if (inherits(x, "regtest")) return(regtest_fields(x))
  if (inherits(x, c("rma.mh", "rma.peto"))) return(mh_fields(x))
  if (inherits(x, "rma.uni")) return(rma_fields(x))
  if (inherits(x, "list.rma")) return(table_fields(x))
  list(p = x)
}

# The largest difference of two results, relative to the larger number; NA is equal to NA. What may
# be zero but for where an iteration stopped is compared absolutely.
near_zero <- c("tau2", "tau", "se_tau2", "I2", "tau2_del", "vb")
differ <- function(old, new, name = "") {
  if (is.list(old) && !is.null(names(old)))
    return(max(0, unlist(lapply(intersect(names(old), names(new)), function(n)
      differ(old[[n]], new[[n]], if (name %in% near_zero) name else n)))))
  old <- suppressWarnings(as.numeric(unlist(old)))
  new <- suppressWarnings(as.numeric(unlist(if (is.matrix(new)) t(new) else new)))
  if (length(old) != length(new)) return(if (length(old) && length(new)) Inf else 0)
  gap <- abs(old - new) / pmax(abs(old), abs(new), if (name %in% near_zero) 1 else 1e-300)
  if (any(is.na(old) != is.na(new))) return(Inf)
  max(0, gap, na.rm = TRUE)
}

# The new numbers in the shape of the old ones: arrays stay arrays, NA is written "NA".
like <- function(old, new) {
  if (is.null(new)) return(old)
  if (is.list(old) && !is.null(names(old))) {
    for (n in intersect(names(old), names(new))) if (!is.null(old[[n]])) old[[n]] <- like(old[[n]], new[[n]])
    return(old)
  }
  if (is.matrix(new)) return(lapply(seq_len(nrow(new)), function(r) like(as.list(new[r, ]), new[r, ])))
  one <- function(v) if (is.na(v)) "NA" else if (is.numeric(v)) signif(v, 15) else v
  if (is.list(old)) unname(lapply(new, one)) else one(new[[1]])
}

worst <- 0; n <- 0; skipped <- character(0)
for (file in files) {
  pinned <- fromJSON(file, simplifyVector = FALSE, simplifyDataFrame = FALSE)
  TIGHT <- pinned$control$TIGHT; TIGHTCI <- pinned$control$TIGHTCI
  dat <- as.data.frame(lapply(pinned$dataset$columns, column))
  # Moderators and subgroups were fitted to complete rows.
  if (grepl("metareg|subgroup", file)) dat <- dat[stats::complete.cases(dat), ]
  for (i in seq_along(pinned$cases)) {
    case <- pinned$cases[[i]]
    if (!is.null(case$newmods)) newmods <- unlist(case$newmods)
    x <- suppressWarnings(eval(parse(text = case$call)))
    new <- fields_of(x, case, dat)
    gap <- differ(case$results, new)
    shared <- intersect(names(case$results), names(new))
    if (!length(shared)) skipped <- c(skipped, paste(basename(file), case$id))
    if (gap > 1e-7) cat(sprintf("%-32s %-44s %.2e\n", basename(file), case$id, gap))
    worst <- max(worst, gap); n <- n + 1
    if (!check) pinned$cases[[i]]$results <- like(case$results, new)
  }
  pinned$versions$metafor <- as.character(packageVersion("metafor"))
  pinned$versions$R <- R.version.string
  if (!check) {
    text <- toJSON(pinned, auto_unbox = TRUE, digits = NA, null = "null")
    writeLines(gsub('{"id"', '\n{"id"', text, fixed = TRUE), file)
  }
}
cat(sprintf("%d cases in %d files; largest relative difference %.2e\n", n, length(files), worst))
if (length(skipped)) cat("nothing compared:", skipped, sep = "\n  ")
if (check && (worst > 1e-7 || length(skipped))) quit(status = 1)

# The MiSeq SOP reads by DADA2, as its tutorial has it: Rscript dada2.R FASTQ_FOLDER REFERENCE OUT_FOLDER
# REFERENCE has lineages for headers (>Bacteria;Bacillota;...;).  Written: counts.tsv, lineages.tsv.
suppressMessages(library(dada2))
given <- commandArgs(trailingOnly = TRUE)
folder <- given[1]; reference <- given[2]; out <- given[3]
forward <- sort(list.files(folder, "_R1_001.fastq.gz", full.names = TRUE))
reverse <- sub("_R1_", "_R2_", forward)
samples <- sub("_S.*", "", basename(forward))
kept <- file.path(out, paste0(samples, "_", rep(1:2, each = length(samples)), ".fastq.gz"))
kept_forward <- kept[seq_along(samples)]; kept_reverse <- kept[-seq_along(samples)]
set.seed(1)
filterAndTrim(forward, kept_forward, reverse, kept_reverse, truncLen = c(240, 160), maxEE = c(2, 2), multithread = FALSE)
errors <- lapply(list(kept_forward, kept_reverse), learnErrors, multithread = FALSE, verbose = 0)
denoised <- mapply(function(files, of) dada(files, err = of, multithread = FALSE, verbose = 0),
                   list(kept_forward, kept_reverse), errors, SIMPLIFY = FALSE)
merged <- mergePairs(denoised[[1]], kept_forward, denoised[[2]], kept_reverse)
names(merged) <- samples
table <- removeBimeraDenovo(makeSequenceTable(merged), method = "consensus", multithread = FALSE)
set.seed(1)
lineages <- assignTaxonomy(table, reference, minBoot = 50, multithread = FALSE,
                           taxLevels = c("domain", "phylum", "class", "order", "family", "genus"))
features <- sprintf("ASV%d", seq_len(ncol(table)))
counts <- data.frame(feature = features, t(table), check.names = FALSE)
names <- data.frame(taxon = features, lineages, sequence = colnames(table))
for (each in list(list(counts, "counts.tsv"), list(names, "lineages.tsv")))
  write.table(each[[1]], file.path(out, each[[2]]), sep = "\t", quote = FALSE, row.names = FALSE, na = "")

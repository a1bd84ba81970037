"""Reasons of models, each with its sentence."""

from klbio.phrases import gene_models, profiles, training

SAID = [
    (gene_models.InFrameStops(0.046875),
     "0.0469 in-frame stops per codon; if its genes are of another genetic code, a model sheet can say so in the "
     "column genetic_code"),
    (gene_models.OverFitted(4, 0.0612), "order 4 alone adds 0.0612 bits per base: trained on too little?"),
    (gene_models.Tied("introns"),
     "the same probabilities as its introns: one of them was not trained, and says nothing of its own"),
    (gene_models.TrainedOnQuery(0.0001, 0.0074),
     "trained on these genes, or most of them: it costs 0.0001 bits per base more than a model fitted to them, where "
     "chance alone would cost one of other genes 0.0074; its place says nothing"),
    (gene_models.SameTable("fly"), "the same table as 'fly'"),
    (gene_models.OrdersDiffer(3, 4), "orders 3 and 4: the lower one is lifted, which is exact"),
    (gene_models.OtherCodes(6, 1),
     "genetic codes 6 and 1: compared over the codons that are amino acids in both; which are synonyms is said by the "
     "first"),
    (gene_models.OtherCodeThanQuery(1, 6),
     "genetic code 1, the query's 6, of other stop codons: it costs what it does on the codons that are amino acids in "
     "both, and stands behind the models of the query's stop codons"),
    (gene_models.OtherAcidsThanQuery(12, 1), "genetic code 12, the query's 1, with the same stop codons"),
    (gene_models.MeanOverStates(("exon single", "intron")), "mean over exon single, intron"),
    (gene_models.PartOf(4, 10, "pairs of profiles"), "4 of 10 pairs of profiles"),
    (gene_models.ManyModels(20), "more than 20 models: codons.tsv holds each model and its nearest only"),
    (gene_models.NoPartner(), "no other hidden Markov model over the same symbols: no pair in hidden.tsv"),
    (gene_models.NoModelIsClose(0.0712, 0.05, 0.1424, 0.3),
     "no known model is close: the closest costs 0.071 bits per base more than the genes need, 50% of what GC content "
     "alone does (limits 0.05 and 30%); train one, or check that the sequences are coding and in frame"),
    (gene_models.NoModelIsClose(0.0712, 0.05, -0.01, 0.3),
     "no known model is close: the closest costs 0.071 bits per base more than the genes need (limits 0.05 and 30%); "
     "train one, or check that the sequences are coding and in frame"),
    (gene_models.GCTellsAsMuch(0.08138),
     "no known model knows more of these genes than their GC content at each codon position does, which alone costs "
     "0.081"),
    (profiles.NearDuplicate("twin", 0.00123),
     "near-duplicate of 'twin': 0.0012 bits per column (Jensen-Shannon) over 95 % of both"),
    (profiles.NoGoodDiagonal(12.0), "best score without gaps below 12 bits: not aligned"),
    (profiles.NoComposition(), "no COMPO line"),
    (profiles.MotifCounts(), "Bio.motifs: counts over their sum, no pseudocounts"),
    (profiles.ExpectedByChance(),
     "aligned, but more than one pair of so good a score is expected by chance: not listed"),
    (profiles.OtherAlphabets((("DNA", 1), ("amino", 4))),
     "different alphabets (1 over DNA, 4 over amino): compare profiles of one alphabet"),
    (training.Counted(54, 12, "additive(0.5)"), "54 genes, 12 introns; smoothing additive(0.5)"),
    (training.Precision(36_000, 141, 0.002825, poor=False),
     "36,000 bases for 141 free parameters: expected to miss by 0.0028 bits per base"),
    (training.Precision(360, 141, 0.2825, poor=True),
     "360 bases for 141 free parameters: expected to miss by 0.28 bits per base; take a lower order or more sequence"),
    (training.WorthLess(3_000, 1.5),
     "counts vary 1.50 times as much from gene to gene as in one chain: compared with other models, its bases are "
     "worth 2,000"),
    (training.OrdersCompared(4, 1.921, ((3, 0.0124, 0.0008), (5, 0.00312, 0.00041)), 4, 4),
     "order 4 predicts unseen genes best, at 1.921 bits per base; order 3 0.012 +- 0.0008 more, order 5 "
     "0.0031 +- 0.0004 more"),
    (training.OrdersCompared(3, 1.9, ((2, 0.0001, 0.0002), (6, 0.2, 0.01)), 2, 6),
     "order 3 predicts unseen genes best, at 1.900 bits per base; order 2 0.0001 +- 0.0002 more, order 6 "
     "0.2 +- 0.01 more; order 2 is within one standard error of it; the model has order 6: --order auto takes 2"),
    (training.NoOrderCompared(4), "one gene, so that none can be held out to compare orders: order 4"),
    (training.NotEstimated(), "no base of it: not estimated"),
    (training.NotInMatrix(2, "donor", near_end=False), "2 donor of other bases: not in the matrix"),
    (training.NotInMatrix(1, "stop", near_end=True), "1 stop too near an end: not in the matrix"),
    (training.StopsBehind(3), "3 coding sequences end just before their stop codon: counted where it stands"),
    (training.GenesLeftOut(5),
     "5 transcripts or genes were left out: the table of the dropped has the reasons"),
    (training.SameBases("g"), "the same coding bases as gene 'g'"),
    (training.NoWholeCodons(4), "4 bases, no whole number of codons"),
    (training.TooShort(9, 60), "9 bases, shorter than 60"),
    (training.StopInFrame(), "an in-frame stop codon before the end"),
    (training.Pseudogene(), "a pseudogene"),
    (training.UnknownParents(2, "x"),
     "coding lines name 2 parents that stand nowhere in the annotation, as 'x': passed over where another parent is "
     "known, else coding sequences that share an end of a segment are one gene"),
    (training.AnotherIsLonger("g1"), "another transcript of gene 'g1' is longer, or as long and stands before it"),
    (training.OtherGeneticCode(4, 1), "genetic code 4, where the other genes are read under 1"),
    (training.OtherGeneticCode(0, 1), "genetic code that is no number, where the other genes are read under 1"),
    (training.CodeOfAnnotation(4), "genetic code 4, as the annotation has it"),
    (training.AnnotationOverruled(11, 512, 4),
     "genetic code 4, as --genetic-code asks, though 512 transcripts are annotated with code 11"),
    (training.CodeUsed(6, "Ciliate Nuclear"), "genetic code 6 (Ciliate Nuclear)"),
    (training.CodeGuessed(6, "Ciliate Nuclear", 60, 80, ("TAA", "TAG"), (29, 30)),
     "genetic code 6 (Ciliate Nuclear) is guessed from 60 genes (of 80) with stop codons of the standard code within, "
     "none but TAA and TAG; codes 29, 30 would do too; --genetic-code decides"),
    (training.OutsideSequence(1, 90, 80), "coding bases 1 to 90 of a sequence of 80 bases"),
    (training.NoStrand(), "no strand, or segments on both strands"),
    (training.OverlappingSegments(), "coding segments that overlap"),
    (training.PhaseBroken(1, (101, 190), 0),
     "phase 1 of the coding segment 101-190, where the ones before it leave 0"),
]  # fmt: skip

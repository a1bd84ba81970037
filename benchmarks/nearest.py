"""Whether SNAP models find the AUGUSTUS sets of their own species, by measure, and why or why not.

    python benchmarks/nearest.py [AUGUSTUS_SPECIES_FOLDER SNAP_FOLDER]

By default the folders of Debian's augustus-data (164 species with a coding model) and snap.  Three parts are printed:

1. the 11 distinct SNAP models whose species has an AUGUSTUS set, and the two for mammals of low and of high GC
   content, under each measure: how many have their own species first among all, and what the others have;
2. why the two that fail as they stand do so: GC content at codon position 3 of every GC class, and the split of D;
3. all AUGUSTUS sets against each other: of those with a relative of another genus in the library (`GROUPS`), how
   many have such a relative as the nearest set of another genus.
"""

from __future__ import annotations

import platform
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np

from klbio.errors import InputError
from klbio.io import read_models
from klbio.models import GeneModel
from klbio.models.genes.query import Query
from klbio.models.markov.content_model import gc_contents
from klbio.models.markov.content_models import ContentModels
from klbio.models.markov.stationary import stationary_distribution

EPSILON = 1e-4
FOLDERS = ("/usr/share/augustus/config/species", "/usr/share/snap/HMM")
OWN = {
    "A.gambiae": "Anopheles_gambiae", "A.mellifera": "honeybee1", "A.thaliana": "arabidopsis", "B.malayi": "brugia",
    "C.elegans": "caenorhabditis", "C.intestinalis": "ciona", "D.melanogaster": "fly", "Nasonia": "nasonia",
    "O.sativa": "rice", "nGASP": "caenorhabditis", "mam46": "human",
}  # fmt: skip
ISOCHORES = {"mam39": "human", "mam54": "human"}
GROUPS = """
insects: Anopheles_gambiae Pediculus_humanus adorsata aedes bombus_impatiens1 bombus_terrestris2
    camponotus_floridanus culex fly fly_exp heliconius_melpomene1 honeybee1 nasonia pea_aphid rhodnius
    tribolium2012
vertebrates: Taeniopygia_guttata Xenopus_tropicalis Xiphophorus_maculatus Xipophorus_maculatus chicken
    chiloscyllium elephant_shark human japaneselamprey rhincodon scyliorhinus sealamprey zebrafish
cnidarians: Aurelia_aurita Cassiopea_xamachana Chrysaora_chesapeakei Hydra_vulgaris Nemopilema_nomurai
    Rhopilema_esculentum nematostella_vectensis
ambulacraria: Dermasterias_imbricata Leptasterias_sp Ptychodera_flava Pycnopodia_helianthoides pisaster
    strongylocentrotus_purpuratus
nematodes: Loa_loa ancylostoma_ceylanicum brugia c_elegans_trsk caenorhabditis trichinella
flatworms: hymenolepis_microstoma schistosoma schistosoma2
land plants: Physcomitrium_patens Populus_trichocarpa Ricinus_communis Vitis_vinifera arabidopsis cacao
    coyote_tobacco maize maize5 rice sunflower tomato wheat
green algae: Bathycoccus_prasinos Chlamydomonas_eustigma Chloropicon_primus Dunaliella_salina
    Micromonas_commoda Micromonas_pusilla Monoraphidium_neglectum Ostreococcus_sp_lucimarinus
    Ostreococcus_tauri Raphidocelis_subcapitata chlamy2011 chlamydomonas chlorella volvox
stramenopiles: Cyclotella_cryptica Ectocarpus_siliculosus Fistulifera_solaris
    Fragilariopsis_cylindrus_CCMP1102 Phaeodactylum_tricornutum Pseudo-nitzschia_multistriata
    Skeletonema_costatum Thalassiosira_pseudonana_CCMP1335
alveolates: Berviolum_minutum Cryptosporidium_hominis Paramecium_tetraurelia Perkinsus_marinus
    Vitrella_brassicaformis pfalciparum tetrahymena toxoplasma
filamentous ascomycetes: Sclerotinia_sclerotiorum Sordaria_macrospora Sphaceloma_murrayae anidulans
    aspergillus_fumigatus aspergillus_nidulans aspergillus_oryzae aspergillus_terreus botrytis_cinerea
    chaetomium_globosum coccidioides_immitis fusarium fusarium_graminearum histoplasma
    histoplasma_capsulatum magnaporthe_grisea neurospora neurospora_crassa verticillium_albo_atrum1
    verticillium_longisporum1
budding yeasts: candida_albicans candida_guilliermondii candida_tropicalis debaryomyces_hansenii
    eremothecium_gossypii kluyveromyces_lactis lodderomyces_elongisporus pichia_stipitis saccharomyces
    saccharomyces_cerevisiae_S288C saccharomyces_cerevisiae_rm11-1a_1 yarrowia_lipolytica
basidiomycetes: coprinus coprinus_cinereus cryptococcus cryptococcus_neoformans_gattii
    cryptococcus_neoformans_neoformans_B cryptococcus_neoformans_neoformans_JEC21 laccaria_bicolor
    pchrysosporium phanerochaete_chrysosporium ustilago ustilago_maydis
other fungi: Conidiobolus_coronatus Gonapodya_prolifera gigaspora_margarita rhizopus_oryzae
kinetoplastids: Trypanosoma_cruzi leishmania_tarentolae
prokaryotes: E_coli_K12 b_pseudomallei s_aureus s_pneumoniae sulfolobus_solfataricus
    thermoanaerobacter_tengcongensis
"""
# sets whose names do not begin with the name of their genus
GENUS = {
    "fly_exp": "fly",
    "adorsata": "honeybee1",
    "c_elegans_trsk": "caenorhabditis",
    "Xipophorus_maculatus": "Xiphophorus",
    "anidulans": "aspergillus",
    "pchrysosporium": "phanerochaete",
    "maize5": "maize",
    "schistosoma2": "schistosoma",
    "Chlamydomonas_eustigma": "chlamydomonas",
    "chlamy2011": "chlamydomonas",
    "s_aureus": "staphylococcus",
    "s_pneumoniae": "streptococcus",
}


def genus(name: str) -> str:
    return GENUS.get(name, name.split("_")[0])


@dataclass(frozen=True, eq=False)
class Library:
    """Comparable tables of all GC classes of all species."""

    names: list[str]
    models: list[GeneModel]
    tables: np.ndarray  # (n_classes, 3, 4**k, 4)
    laws: np.ndarray  # (n_classes, 3, 4**k)
    owner: np.ndarray  # species of each class
    middle: np.ndarray  # its row in tables
    order: int

    @property
    def gc3(self) -> np.ndarray:
        """GC content at codon position 3 of every class, in its own long run."""
        return np.array(
            [gc_contents(law, table)[2] for law, table in zip(self.laws, self.tables, strict=True)]
        )

    def least(self, bits: np.ndarray) -> np.ndarray:
        """Of each species the class with the fewest bits."""
        found = np.full(len(self.names), np.inf)
        np.minimum.at(found, self.owner, bits)
        return found


def read_folder(folder: str) -> dict[str, GeneModel]:
    found = {}
    for path in sorted(Path(folder).iterdir()):
        if path.is_symlink() or path.name == "README":
            continue
        try:
            (found[path.stem if path.is_file() else path.name],) = read_models(path)
        except InputError:
            print(f"no model in {path}", file=sys.stderr)
    return found


def build(species: dict[str, GeneModel], extra: list[GeneModel]) -> Library:
    models = list(species.values())
    order = ContentModels([one.coding for model in [*models, *extra] for one in model.classes]).order
    sizes = [len(model.classes) for model in models]
    classes = [one.coding for model in models for one in model.classes]
    tables = np.stack([coding.comparable(order=order, epsilon=EPSILON).probabilities for coding in classes])
    laws = np.stack([stationary_distribution(table) for table in tables])
    first = np.cumsum([0, *sizes[:-1]])
    middle = first + [model.default_class for model in models]
    owner = np.repeat(np.arange(len(models)), sizes)
    return Library(list(species), models, tables, laws, owner, middle, order)


def as_it_stands(library: Library, query: GeneModel) -> np.ndarray:
    return class_bits(library, query)[library.middle]


def other_direction(library: Library, query: GeneModel) -> np.ndarray:
    p = query.coding.comparable(order=library.order, epsilon=EPSILON).probabilities[None]
    pairs = zip(library.laws[library.middle], library.tables[library.middle], strict=True)
    return np.array([Query(law, table).rates(p).mean() for law, table in pairs])


def both_directions(library: Library, query: GeneModel) -> np.ndarray:
    return as_it_stands(library, query) + other_direction(library, query)


def increment(library: Library, query: GeneModel) -> np.ndarray:
    return np.array(
        [
            ContentModels([query.coding, model.coding]).jensen_shannon_increments[0, 1]
            for model in library.models
        ]
    )


def with_introns(library: Library, query: GeneModel) -> np.ndarray:
    """Coding and intron rates added; a species without introns is never first."""
    known = [i for i, model in enumerate(library.models) if model.intron is not None]
    introns = [query.intron, *(library.models[i].intron for i in known)]
    found = as_it_stands(library, query)
    total = np.full(len(found), np.inf)
    total[known] = found[known] + ContentModels(introns).rates_by_position.mean(axis=-1)[0, 1:]
    return total


def codon_usage(library: Library, query: GeneModel) -> np.ndarray:
    coding = [query.coding, *(model.coding for model in library.models)]
    return ContentModels(coding).codon_divergence.codon[0, 1:] / 3


def amino_acids(library: Library, query: GeneModel) -> np.ndarray:
    coding = [query.coding, *(model.coding for model in library.models)]
    return ContentModels(coding).codon_divergence.amino_acid[0, 1:] / 3


def class_bits(library: Library, query: GeneModel) -> np.ndarray:
    """D(query || each class) as it stands."""
    asked = Query.of(query.coding.comparable(order=library.order, epsilon=EPSILON))
    return Query(asked.law, asked.probabilities).rates(library.tables).mean(axis=-1)


def closest_class(library: Library, query: GeneModel) -> np.ndarray:
    return library.least(class_bits(library, query))


def matched_bits(library: Library, query: GeneModel) -> np.ndarray:
    """D(query || each class) once GC is matched."""
    asked = Query.of(query.coding.comparable(order=library.order, epsilon=EPSILON))
    matched = Query(asked.law, asked.probabilities).gc_matched(library.tables)
    return Query(asked.law, asked.probabilities).rates(matched).mean(axis=-1)


def middle_class_matched(library: Library, query: GeneModel) -> np.ndarray:
    return matched_bits(library, query)[library.middle]


def closest_class_matched(library: Library, query: GeneModel) -> np.ndarray:
    return library.least(matched_bits(library, query))


MEASURES: dict[str, Callable[[Library, GeneModel], np.ndarray]] = {
    "D(SNAP || AUGUSTUS), middle GC class": as_it_stands,
    "D(AUGUSTUS || SNAP), middle GC class": other_direction,
    "sum of both directions": both_directions,
    "Jensen-Shannon increment": increment,
    "the first, and introns": with_introns,
    "codon usage / 3": codon_usage,
    "amino acids / 3": amino_acids,
    "D(SNAP || AUGUSTUS), closest GC class (klbio: rank)": closest_class,
    "GC-matched, middle GC class": middle_class_matched,
    "GC-matched, closest GC class (klbio: rank_gc_matched)": closest_class_matched,
}


def place(name: str, own: str) -> bool:
    """Whether a set is of the own species: fly and fly_exp are one file."""
    return name == own or {name, own} == {"fly", "fly_exp"}


def part_one(library: Library, snap: dict[str, GeneModel]) -> None:
    print(f"\nown species first among {len(library.names)} sets, by measure; and what the others have")
    for label, measure in MEASURES.items():
        first, failed = {True: 0, False: 0}, []
        for name, own in (OWN | ISOCHORES).items():
            bits = measure(library, snap[name])
            order = bits.argsort(kind="stable")
            rank = next(i for i, j in enumerate(order, 1) if place(library.names[j], own))
            first[name in OWN] += rank == 1
            if rank > 1:
                own_bits = bits[library.names.index(own)]
                best = f"{library.names[order[0]]} {bits[order[0]]:.4f}"
                failed.append(f"{name}: {own} {own_bits:.4f} is {rank}., after {best}")
        print(f"{label:54} {first[True]:2} of 11, {first[False]} of 2   {'; '.join(failed)}", flush=True)
    print("\nGC-matched, closest GC class: the first three, bits per base")
    for name in OWN | ISOCHORES:
        bits = closest_class_matched(library, snap[name])
        told = [f"{library.names[i]} {bits[i]:.4f}" for i in bits.argsort(kind="stable")[:3]]
        print(f"{name:16} {', '.join(told)}", flush=True)


def part_two(library: Library, snap: dict[str, GeneModel]) -> None:
    for query, sets in {
        "O.sativa": ("rice", "maize", "maize5", "wheat"),
        "Nasonia": ("nasonia", "camponotus_floridanus"),
    }.items():
        asked = Query.of(snap[query].coding.comparable(order=library.order, epsilon=EPSILON))
        gc3 = gc_contents(asked.law, asked.probabilities)[2]
        print(f"\n{query}, GC3 {gc3:.3f}: class (* middle), GC3, D as it stands = GC part + beyond GC")
        matched = matched_bits(library, snap[query])
        plain = class_bits(library, snap[query])
        for name in sets:
            species = library.names.index(name)
            for number, row in enumerate(np.flatnonzero(library.owner == species), 1):
                own_gc3 = library.gc3[row]
                star = "*" if row == library.middle[species] else " "
                parts = f"{plain[row] - matched[row]:.4f} + {matched[row]:.4f}"
                print(f"  {name:22} {number:2}{star} {own_gc3:.3f}  {plain[row]:.4f} = {parts}")


def part_three(library: Library) -> None:
    lines = [line.partition(": ") for line in GROUPS.replace("\n    ", " ").strip().splitlines()]
    group = {name: label for label, _, names in lines for name in names.split()}
    missing = sorted(set(group) - set(library.names))
    print(
        "\nnearest set of another genus: of the same group?",
        f"(not in the library: {missing})" if missing else "",
    )
    genera = np.array([genus(name) for name in library.names])
    groups = np.array([group.get(name, name) for name in library.names])
    gc3 = library.gc3
    hits: dict[str, list[bool]] = {"difference in GC3": [], "rank": [], "rank_gc_matched": []}
    chance = []
    for i, model in enumerate(library.models):
        others = genera != genera[i]
        kin = others & (groups == groups[i])
        if not kin.any():
            continue
        chance.append(kin.sum() / others.sum())
        difference = library.least(np.abs(gc3 - gc3[library.middle[i]]))
        costs = (difference, closest_class(library, model), closest_class_matched(library, model))
        for label, cost in zip(hits, costs, strict=True):
            hits[label].append(bool(kin[np.where(others, cost, np.inf).argmin()]))
    print(f"{len(chance)} sets with a relative of another genus; by chance {sum(chance):.0f}")
    for label, found in hits.items():
        print(f"{label:20} {sum(found)} of {len(found)}")
    plain, matched = np.array(hits["rank"]), np.array(hits["rank_gc_matched"])
    print(f"only rank {int((plain & ~matched).sum())}, only rank_gc_matched {int((matched & ~plain).sum())}")


def main() -> None:
    augustus, snap = (read_folder(folder) for folder in (sys.argv[1:3] or FOLDERS))
    library = build(augustus, list(snap.values()))
    print(
        f"{date.today()} {platform.machine()} Python {platform.python_version()}: {len(library.names)} AUGUSTUS sets, "
    )
    print(f"{len(library.tables)} GC classes, order {library.order}; epsilon {EPSILON:g}")
    part_one(library, snap)
    part_two(library, snap)
    part_three(library)


if __name__ == "__main__":
    main()
